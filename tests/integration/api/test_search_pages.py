"""Pages of searches show the same books in the same order, whichever way they are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from ohdio_api import rare_pieces
from ohdio_api.audiobooks.facets import ANY, Picked
from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.queue.filter import QueueFilter
from ohdio_api.queue.service import QueueService
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.schemas.audiobooks import AudiobookSort
from ohdio_core.schemas.pages import Order, Page
from ohdio_core.schemas.queue import ItemStatus, QueueSort
from ohdio_core.sources.registry import SourceRegistry
from tests.fixtures.engine import Engine

BOOKS = 240
PAGE = 50
MOST = 30  #: of which ids are asked
PICKED = Picked(source="stories")
#: Of all books, of most, of every tenth, of one, and of none; short ones, odd ones, and such that fold to others.
SOUGHT = ("NIGHT", "zoé 3", "foxes", "night 17 of", "zebras", "é", "_", "\u0301", "’", "of  foxes")
_PIECES = "text_grams"


@pytest.fixture(autouse=True)
def texts(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    """The words of books by their ids; two thirds are filed."""
    monkeypatch.setattr(rare_pieces, "_READ_EVERY", -1.0)
    engine.execute(
        """
        INSERT INTO audiobooks (url, source, external_id, title, authors, library_path)
        SELECT 'https://stories.example/' || n, CASE WHEN n % 2 = 0 THEN 'stories' ELSE 'web' END, n::text,
               'Night ' || n || ' of ' || CASE WHEN n % 10 = 0 THEN 'foxes' ELSE left(md5(n::text), 6) END,
               ARRAY['Zoé ' || n % 7], CASE WHEN n % 3 > 0 THEN 'Z/' || n END
        FROM generate_series(1, :books) AS n
        """,
        books=BOOKS,
    )
    engine.execute(
        """
        INSERT INTO queue_items (audiobook_id, politeness_key, priority, status)
        SELECT id, 'site', id % 4, CASE WHEN id % 5 = 0 THEN 'completed' WHEN id % 7 = 0 THEN 'failed' ELSE 'queued' END
        FROM audiobooks
        """
    )
    return {row.id: row.words for row in engine.rows("SELECT id, words FROM audiobooks")}


@pytest.fixture(params=["nothing is known of pieces", "all is known", "words may be anything"])
def known(request: pytest.FixtureRequest, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != "nothing is known of pieces":
        engine.execute("ANALYZE audiobooks")
    if request.param == "words may be anything":
        monkeypatch.setattr(rare_pieces.PieceCounts, "most", lambda *_: 0.0)


def having(engine: Engine, texts: dict[int, str], words: str) -> set[int]:
    """Look at every text."""
    plain = engine.value("SELECT plain_text(:words)", words=words)
    return {book for book, text in texts.items() if plain and plain in text}


def turned(read: Callable[[str | None, str | None], Page[Any]], words: str | None) -> list[Any]:
    """Read all pages, one after the other."""
    page = read(words, None)
    shown = list(page.items)
    while page.next is not None:
        page = read(words, page.next)
        shown += page.items
    return shown


@pytest.mark.usefixtures("known")
class TestAllPages:
    @pytest.mark.parametrize("status", [None, ItemStatus.QUEUED])
    @pytest.mark.parametrize("sort", [QueueSort.PRIORITY, QueueSort.TITLE])
    def test_of_the_queue(
        self, engine: Engine, texts: dict[int, str], tmp_path: Path, status: ItemStatus | None, sort: QueueSort
    ) -> None:
        queue = QueueService(engine.database, FolderLibrary(tmp_path), engine.timing)
        statuses = () if status is None else (status,)

        def read(words: str | None, cursor: str | None) -> Page[Any]:
            matching = QueueFilter(statuses=statuses, words=words)
            return queue.page(matching, sort=sort, order=Order.DESC, cursor=cursor, limit=PAGE)

        listed = turned(read, None)
        for words in SOUGHT:
            expected = having(engine, texts, words)
            assert turned(read, words) == [item for item in listed if item.audiobook.id in expected]

    @pytest.mark.parametrize("picked", [ANY, PICKED], ids=["any", "picked"])
    @pytest.mark.parametrize("sort", AudiobookSort)
    def test_of_books(
        self, engine: Engine, texts: dict[int, str], tmp_path: Path, sort: AudiobookSort, picked: Picked
    ) -> None:
        books = AudiobookService(engine.database, SourceRegistry(()), FolderLibrary(tmp_path))

        def read(words: str | None, cursor: str | None) -> Page[Any]:
            return books.page(
                words=words,
                url=None,
                scan_url=None,
                is_filed=True,
                picked=picked,
                sort=sort,
                order=Order.ASC,
                cursor=cursor,
                limit=PAGE,
            )

        def find(words: str | None, cursor: str | None) -> Page[Any]:
            found = books.found(
                words=words or "", picked=picked, sort=sort, order=Order.ASC, cursor=cursor, limit=PAGE, most=MOST
            )
            if found is None:
                return read(words, cursor)
            page, ids = found
            expected = [book.id for book in listed if book.id in having(engine, texts, words or "")]
            assert ids == (sorted(expected) if len(expected) <= MOST else ())
            return page

        listed = turned(read, None)
        for words in SOUGHT:
            expected = having(engine, texts, words)
            shown = [book for book in listed if book.id in expected]
            assert turned(read, words) == turned(find, words) == shown


@pytest.mark.usefixtures("texts")
def test_the_pieces_of_texts_are_not_made_where_the_first_rows_fill_a_page(engine: Engine, tmp_path: Path) -> None:
    engine.execute("ANALYZE audiobooks")
    queue = QueueService(engine.database, FolderLibrary(tmp_path), engine.timing)
    books = AudiobookService(engine.database, SourceRegistry(()), FolderLibrary(tmp_path))
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(engine.database.engine, "before_cursor_execute", note)
    try:
        page = queue.page(
            QueueFilter(words="night"), sort=QueueSort.PRIORITY, order=Order.DESC, cursor=None, limit=PAGE
        )
        shelf = books.page(
            words="night",
            url=None,
            scan_url=None,
            is_filed=True,
            sort=AudiobookSort.ADDED,
            order=Order.DESC,
            cursor=None,
            limit=PAGE,
        )
    finally:
        event.remove(engine.database.engine, "before_cursor_execute", note)

    assert len(page.items) == len(shelf.items) == PAGE
    assert asked
    assert not [statement for statement in asked if _PIECES in statement]


@pytest.mark.usefixtures("texts")
def test_what_a_list_shows_of_a_book_follows_each_change(engine: Engine, tmp_path: Path) -> None:
    books = AudiobookService(engine.database, SourceRegistry(()), FolderLibrary(tmp_path))
    (book,) = engine.rows("SELECT min(id) AS id FROM audiobooks")
    changes = {
        "title": "'Dawn'",
        "authors": "ARRAY['Ada', 'Bo']",
        "narrators": "ARRAY['Cy']",
        "translators": "ARRAY['Di']",
        "description": "'A keeper counts ships.'",
        "published_year": "2021",
        "published_on": "'2021-05-04'",
        "duration_seconds": "61.5",
        "file_size": "2900",
        "note": "'Short'",
        "note_message": """'{"id": "legacy", "values": {"text": "Other"}}'""",
        "edited": "ARRAY['title']",
        "revision": "7",
        "library_path": "'Ada/Dawn'",
    }

    shown = [books.books([book.id])]
    for column, value in changes.items():
        engine.execute(f"UPDATE audiobooks SET {column} = {value} WHERE id = :id", id=book.id)
        (view,) = books.books([book.id])
        assert [view] != shown[-1]
        assert view.model_dump() == books.get(book.id).model_dump(exclude={"parts", "files", "conversion"})
        shown.append([view])
    engine.execute("DELETE FROM queue_items WHERE audiobook_id = :id", id=book.id)
    assert (books.books([book.id])[0].status, books.books([book.id])[0].queue_item_id) == ("completed", None)
