"""What failed, by cause, and the one thing that helps."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from ohdio_api.conversions import failures
from ohdio_api.queue import failures as queue_failures
from ohdio_core.collection.conversions import TakenConversion
from ohdio_core.errors import UNEXPECTED
from ohdio_core.sentences import Sentence, sentence
from tests.fixtures.api import Api
from tests.integration.web.test_home import notices, rows, send, titled, visit

GONE = sentence("http.gone", "it does not exist (any more)")
CUT = sentence(
    "transfer.ended", "The connection to {site} ended after {size:,} bytes.", site="stories.example", size=700
)


def fail(api: Api, item: int, said: Sentence) -> None:
    api.engine.execute(
        "UPDATE queue_items SET status = 'failed', error = :error, error_message = CAST(:message AS jsonb) "
        "WHERE id = :id",
        id=item,
        error=said.text,
        message=json.dumps(said.as_json()),
    )


def failed(api: Api) -> list[int]:
    """Return the items of three books that are gone and one whose connection was cut."""
    items = titled(api, "One", "Two", "Three", "Cut")
    for item in items[:3]:
        fail(api, item, GONE)
    fail(api, items[3], CUT)
    return items


def test_each_cause_says_how_many_where_and_why_that_with_the_most_first(api: Api) -> None:
    failed(api)
    page = visit(api)
    assert page.texts(".need h3") == ["Gone from its site", "Sites that do not answer"]
    assert page.texts(".need .what p")[0] == "3 books · stories.example"
    assert page.texts(".need .which p")[1] == "It does not exist (any more)"
    assert page.texts(".need button") == ["Let all 3 go: Gone from its site", "Retry it: Sites that do not answer"]


def test_nothing_failed_and_nothing_is_said(api: Api) -> None:
    titled(api, "One")
    assert visit(api).all(".needs") == []


def test_all_of_a_cause_are_listed(api: Api) -> None:
    failed(api)
    (link, _) = visit(api).all(".need h3 a")
    assert sorted(rows(visit(api, link.get("href")))) == ["One", "Three", "Two"]
    assert rows(visit(api, "/?cause=protected")) == []


def test_the_remedy_is_for_that_cause_alone(api: Api) -> None:
    *gone, cut = failed(api)
    assert notices(send(api, "/failures/unreachable/retry")) == ["1 book is tried again."]
    assert [api.item(item)["status"] for item in (*gone, cut)] == ["failed"] * 3 + ["queued"]
    assert notices(send(api, "/failures/gone/remove")) == ["3 books removed."]
    assert [item["id"] for item in api.get("/queue")["items"]] == [cut]


def test_programs_read_the_same(api: Api) -> None:
    failed(api)
    gone, cut = api.get("/queue/failures")["groups"]
    assert (gone["cause"], gone["remedy"], gone["items"], gone["is_whole"]) == ("gone", "remove", 3, True)
    assert [book["title"] for book in gone["books"]] == ["Three", "Two", "One"]
    assert cut["sites"] == [{"site": "stories.example", "items": 1}]
    assert cut["message"]["id"] == "transfer.ended"


def test_sites_with_as_many_stand_by_their_names_and_the_newest_says_why(api: Api) -> None:
    items = titled(api, *(f"Book {number}" for number in range(12)))
    for item in items:
        fail(api, item, GONE)
        api.engine.execute(
            "UPDATE queue_items SET politeness_key = :key WHERE id = :id", id=item, key=f"{item % 5}.example"
        )
    fail(api, items[-1], sentence("http.refused", "It is not for everybody."))
    by_cause = {group["cause"]: group for group in api.get("/queue/failures")["groups"]}
    gone = by_cause["gone"]
    said = [(-site["items"], site["site"]) for site in gone["sites"]]
    assert said == sorted(said)
    assert len(said) == 5
    assert gone["items"] == len(gone["books"]) == 11
    assert [book["queue_item_id"] for book in gone["books"]] == sorted(items[:-1], reverse=True)
    assert gone["reason"] == GONE.text


def test_what_is_retried_while_it_is_read_takes_no_reason_from_the_others(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = titled(api, "One", "Two", "Three")
    for item in items:
        fail(api, item, GONE)
    grouped = queue_failures._by_cause

    def retried_after(*given: Any) -> Any:
        found = grouped(*given)
        api.engine.execute("UPDATE queue_items SET status = 'queued', error = NULL WHERE id = :id", id=items[-1])
        return found

    monkeypatch.setattr(queue_failures, "_by_cause", retried_after)
    (gone,) = api.get("/queue/failures")["groups"]
    assert [book["queue_item_id"] for book in gone["books"]] == [items[1], items[0]]
    assert gone["reason"] == GONE.text


def test_no_other_order_and_no_other_cause_is_taken(api: Api) -> None:
    failed(api)
    for path in ("/failures/gone/pause", "/failures/bad-luck/retry"):
        assert api.outside.post(path, data={"back": "/"}).status_code == 422


def fail_conversion(api: Api, said: Sentence) -> None:
    """Take the conversion that is next, and end it as its converter would."""
    with api.engine.database.unit_of_work() as work:
        taken = TakenConversion.take(work, uuid4())
        assert taken is not None
        taken.fail(work, said)


LOST = sentence("form.not_whole", "The one file has {heard} of sound; the book stays as it is.", heard="1:00")
AWAY = sentence("form.book_gone", "Its files are not in the library any more, so it is not converted.")


def test_what_could_not_be_converted_is_tried_again_stays_as_it_is_or_is_dismissed(api: Api) -> None:
    api.engine.workers_of_all_services()
    books = [api.file_book(item, {"1.mp3": b"sound"}) for item in titled(api, "One", "Two", "Three", "Four")]
    for book, said in zip(books, (LOST, LOST, UNEXPECTED, AWAY), strict=True):
        api.http.post(f"/audiobooks/{book}/convert", json={"form": "m4b-64k"})
        fail_conversion(api, said)
    page = visit(api)
    assert page.texts(".bar .health") == ["4 failed"]
    assert page.texts(".need button") == [
        "Retry it: Not converted",
        "Keep them as they are: Not converted",
        "Dismiss it: Not converted",
    ]
    assert page.texts(".need .which p:last-child") == [UNEXPECTED.text, LOST.text, AWAY.text]
    # Of a book that is gone nothing can be kept, and nothing else is made.
    listed = visit(api, "/library/conversions")
    assert listed.texts(f"#conversion-{books[3]} button") == ["Dismiss"]
    assert listed.texts(f"#conversion-{books[0]} button") == ["Try again", "Keep as it is"]
    first, second, third = (form.get("action") for form in page.all(".need form"))
    assert notices(send(api, first)) == ["1 book is to be converted."]
    assert notices(send(api, second)) == ["2 books stay as they are."]
    assert notices(send(api, third)) == ["1 conversion dismissed."]
    assert [(each["id"], each["state"]) for each in api.get("/conversions")["items"]] == [(books[2], "waiting")]
    assert visit(api).all(".needs") == []
    assert all(api.get(f"/audiobooks/{book}")["status"] == "completed" for book in books)


def test_however_many_could_not_be_converted_they_are_counted_and_settled(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.engine.workers_of_all_services()
    api.engine.execute(
        "INSERT INTO audiobooks (url, source, external_id, title, library_path) "
        "SELECT 'https://stories.example/' || n, 'stories', n::text, 'Book ' || n, 'Book ' || n "
        "FROM generate_series(1, 1203) AS n"
    )
    api.engine.execute(
        "INSERT INTO conversions (audiobook_id, form, failed_at, remedy, error) "
        "SELECT id, 'm4b', now() + id * interval '1 s', CASE WHEN id % 2 = 0 THEN 'keep' ELSE 'retry' END, 'No.' "
        "FROM audiobooks"
    )
    page = visit(api)
    assert page.texts(".bar .health") == ["1,203 failed"]
    retried, kept = (int(text.split()[0]) for text in page.texts(".need .what p"))
    assert {retried, kept} == {601, 602}
    assert page.texts(".need .which p:first-child")[0].endswith(f"and {retried - 3} more")
    monkeypatch.setattr(failures, "MOST_COUNTED", 600)
    page = visit(api)
    assert page.texts(".need .what p") == ["600+ books"] * 2
    assert page.texts(".need .which p:first-child")[0].endswith("and 597+ more")
    assert notices(send(api, "/library/conversions/failed/retry")) == [f"{retried} books are to be converted."]
    assert notices(send(api, "/library/conversions/failed/keep")) == [f"{kept} books stay as they are."]
    # What is tried again is neither counted nor put away.
    assert notices(send(api, "/library/conversions/failed/keep")) == ["0 books stay as they are."]
    assert api.engine.value("SELECT count(*) FROM conversions WHERE failed_at IS NULL") == retried
