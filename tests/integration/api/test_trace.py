"""The story of a book, as the API tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ohdio_core.errors import NeedsPerson, TransientError
from ohdio_core.sentences import sentence
from ohdio_core.work.outcome import Done, outcome_of
from tests.fixtures.api import Api

LINK = "https://stories.example/audio/one.mp3"
_CUT = outcome_of(TransientError(sentence("test.cut", "{site} broke the connection.", site="stories.example")))
_FULL = outcome_of(NeedsPerson(sentence("test.full", "the disk is full")))


def submitted(api: Api, link: str = LINK) -> int:
    """Add a book by its link; return its number in the queue, ready to be downloaded."""
    (result,) = api.http.post("/submissions", json={"urls": [link], "as": "book"}).json()["results"]
    api.engine.execute("UPDATE queue_items SET is_ready = true")
    return int(api.engine.value("SELECT id FROM queue_items WHERE audiobook_id = :book", book=result["id"]))


def story(api: Api, item: int) -> dict[str, Any]:
    told: dict[str, Any] = api.get(f"/audiobooks/{api.book_of(item)}/trace")
    return told


def found_by_scan(api: Api, item: int, *, trace: str | None) -> None:
    """Record that a scan has found an item's book."""
    api.engine.execute(
        """
        WITH scan AS (
            INSERT INTO scrapes (url, source, external_id, title, politeness_key, status, trace_id)
            VALUES ('https://stories.example/all', 'rss', gen_random_uuid()::text, 'Tout', 'stories.example',
                    'completed', coalesce(CAST(:trace AS uuid), gen_random_uuid()))
            RETURNING id
        )
        INSERT INTO scrape_books (scrape_id, audiobook_id) SELECT id, :book FROM scan
        """,
        trace=trace,
        book=api.book_of(item),
    )


def test_a_book_is_followed_from_its_link_to_its_file(api: Api) -> None:
    api.engine.worker()
    item = submitted(api)
    for outcome, received in ((_CUT, 700), (_FULL, 0), (_FULL, 0), (Done(), 300)):
        api.engine.execute("UPDATE queue_items SET next_attempt_at = NULL")
        api.engine.finish(api.engine.admit_and_start(), outcome, received=received)
    api.engine.execute("UPDATE audiobooks SET title = 'Le phare'")
    api.file_book(item, {"01.mp3": b"x" * 1_000})

    told = story(api, item)

    assert [(event["kind"], event["text"]) for event in told["events"]] == [
        ("added", f"its link was added: {LINK}"),
        ("run", "the attempt failed: stories.example broke the connection."),
        ("run", "put off: the disk is full"),
        ("run", "complete"),
        ("filed", f"filed in {api.get(f'/audiobooks/{api.book_of(item)}')['library_path']}: 1,000 bytes"),
    ]
    runs = [event["run"] for event in told["events"] if event["run"] is not None]
    assert [(run["outcome"], run["bytes"], run["times"]) for run in runs] == [
        ("attempt-failed", 700, 1),
        ("waits", 0, 2),
        ("completed", 300, 1),
    ]
    times = [datetime.fromisoformat(event["at"]) for event in told["events"]]
    assert times == sorted(times)
    assert told["events"][1]["message"]["id"] == "trace.attempt_failed"
    assert told["events"][1]["message"]["values"]["reason"]["id"] == "test.cut"


def test_what_it_waits_for_comes_last(api: Api) -> None:
    item = submitted(api)

    last = story(api, item)["events"][-1]

    assert (last["kind"], last["text"]) == ("now", "it waits: no downloader is running")


def test_the_scan_that_brought_it_is_told_apart_from_those_that_found_it_again(api: Api) -> None:
    (item,) = api.engine.items(1)
    found_by_scan(api, item, trace=str(api.engine.row(item).trace_id))
    found_by_scan(api, item, trace=None)

    told = [event for event in story(api, item)["events"] if event["kind"] != "now"]

    assert [(event["kind"], event["text"]) for event in told] == [
        ("added", "the scan of Tout found it"),
        ("found", "the scan of Tout found it"),
    ]


def test_one_id_is_carried_by_all_that_comes_of_a_submission(api: Api) -> None:
    item = submitted(api)

    rows = api.engine.rows("SELECT trace_id FROM queue_items UNION ALL SELECT trace_id FROM extractions")
    assert len(rows) == 2
    assert {row.trace_id.hex for row in rows} == {story(api, item)["trace_id"]}


def test_a_book_of_an_earlier_version_has_a_story_without_an_id(api: Api) -> None:
    (item,) = api.engine.items(1)
    api.engine.execute("UPDATE queue_items SET trace_id = NULL")
    found_by_scan(api, item, trace=None)

    told = story(api, item)

    assert told["trace_id"] is None
    assert told["events"][0]["kind"] == "added"


def test_a_book_that_there_is_not_is_missing(api: Api) -> None:
    answer = api.http.get("/audiobooks/123456/trace")
    assert (answer.status_code, answer.json()["message"]["id"]) == (404, "book.no_such_book")
