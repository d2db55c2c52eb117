"""A great or small ohdio, with the names that sites think of."""

from __future__ import annotations

from tests.fixtures.api import Api
from tests.integration.web.test_library import filed, know
from tests.sites.pictures import jpeg

#: As sites call books and people; each is to look like a book all the same.
TITLES = {
    "very long": "On and on, " * 910,
    "one long word": "Donaudampfschifffahrtsgesellschaftskapitän" * 8,
    "right to left, Arabic": "ألف ليلة وليلة: حكاية الصياد",
    "right to left, and long": "حكاية الصياد والعفريت " * 9,
    "right to left, Hebrew": "האור שבמגדל (חלק 2)",
    "both directions": "The Lamp – המנורה – 3 of 12, القنديل!",
    "of marks": "\u202etxt.exe\u202c \u2067 z\u0337\u0322\u031ba\u0336l\u0335g\u0338o\u0334 \U0001f469\u200d\U0001f680",
    "short": "Ω",
}
PEOPLE = ["אורי בן־דוד", "Maximiliane-Theodora von und zu Hohenlohe-Langenburg-Schillingsfürst", "علي"]

_MANY = (
    """
    INSERT INTO audiobooks (url, source, external_id, title, authors, library_path, duration_seconds, file_size)
    SELECT 'https://stories.example/' || n, 'stories', 'many-' || n, 'Night ' || n || ' of the sea',
           ARRAY['Odile Marchand ' || n % 9], CASE WHEN n % 2 = 0 THEN 'O/' || n END, n % 600 * 60, n % 600 * 1000000
    FROM generate_series(1, 2 * :count) AS n
    """,
    """
    INSERT INTO queue_items (audiobook_id, politeness_key, status, stage, progress, bytes_total)
    SELECT id, 'stories', CASE WHEN library_path IS NULL THEN 'queued' ELSE 'completed' END,
           CASE WHEN library_path IS NULL THEN 'waiting' ELSE 'done' END,
           CASE WHEN library_path IS NULL THEN 0 ELSE file_size END, file_size
    FROM audiobooks WHERE external_id LIKE 'many-%' ORDER BY id
    """,
    """
    INSERT INTO scrapes (url, source, external_id, politeness_key, status, found, new, known, title)
    SELECT 'https://stories.example/list/' || n, 'stories', 'list-' || n, 'stories', 'completed', 40, 38, 2,
           'List ' || n
    FROM generate_series(1, :count) AS n
    """,
    """
    INSERT INTO follows (url, source, external_id, title, take, politeness_key, next_attempt_at)
    SELECT 'https://stories.example/feed/' || n, 'rss', 'feed-' || n, 'Show ' || n, 'everything', 'stories.example',
           now() + interval '5 h' FROM generate_series(1, :count) AS n
    """,
    """
    INSERT INTO acts (actor, way, act, about)
    SELECT 'Odile', 'session', 'paused', 'Night ' || n FROM generate_series(1, :count) AS n
    """,
    """
    INSERT INTO trashed_books (audiobook_id, source, external_id, url, title, authors, file_size, removal, record)
    SELECT 1000000 + n, 'stories', 'gone-' || n, 'https://stories.example/gone/' || n, 'Gone ' || n, ARRAY['Anne'],
           1000000::bigint * n, gen_random_uuid(), '{}' FROM generate_series(1, :count) AS n
    """,
)


def fill_with(api: Api, count: int) -> None:
    """Put so many of everything into lists: waiting and complete books, scans, follows, acts, and deleted books."""
    for statement in _MANY:
        api.engine.execute(statement, count=count)


def fill_with_odd_names(api: Api) -> int:
    """Put a waiting, a failed and a filed book of each odd title there; return the last one's id."""
    kept = filed(api, *TITLES.values(), cover=jpeg(2))
    for book in kept:
        know(api, book, authors=PEOPLE, narrators=PEOPLE[:1], series="סדרה", duration_seconds=6_000, show="ראש")
    waiting = api.engine.titled(*TITLES.values())
    api.engine.execute("UPDATE audiobooks SET authors = :people", people=PEOPLE)
    api.engine.execute(
        "UPDATE queue_items SET status = 'failed', error = :error WHERE id = ANY(:some)",
        error="It ended at https://stories.example/" + "x" * 300,
        some=waiting[::2],
    )
    api.http.post(f"/queue/items/{waiting[1]}/pause").raise_for_status()
    return kept[0]
