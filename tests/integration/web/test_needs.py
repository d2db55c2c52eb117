"""What failed, by cause, and the one thing that helps."""

from __future__ import annotations

import json

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


def test_no_other_order_and_no_other_cause_is_taken(api: Api) -> None:
    failed(api)
    for path in ("/failures/gone/pause", "/failures/bad-luck/retry"):
        assert api.outside.post(path, data={"back": "/"}).status_code == 422


def test_what_could_not_be_converted_is_tried_again_or_stays_as_it_is(api: Api) -> None:
    lost = sentence("form.not_whole", "The one file has {heard} of sound; the book stays as it is.", heard="1:00")
    api.engine.workers_of_all_services()
    books = [api.file_book(item, {"1.mp3": b"sound"}) for item in titled(api, "One", "Two", "Three")]
    api.http.post("/audiobooks/convert", json={"ids": books, "form": "m4b-64k"})
    for book, said in zip(books, (lost, lost, UNEXPECTED), strict=True):
        api.engine.execute(
            "UPDATE conversions SET failed_at = clock_timestamp(), error = :error, "
            "error_message = CAST(:message AS jsonb) WHERE audiobook_id = :id",
            id=book,
            error=said.text,
            message=json.dumps(said.as_json()),
        )
    page = visit(api)
    assert page.texts(".bar .health") == ["3 failed"]
    assert page.texts(".need button") == ["Retry it: Not converted", "Keep them as they are: Not converted"]
    assert page.texts(".need .which p:last-child") == [UNEXPECTED.text, lost.text]
    first, second = (form.get("action") for form in page.all(".need form"))
    assert notices(send(api, first)) == ["1 book is to be converted."]
    assert notices(send(api, second)) == ["2 books stay as they are."]
    assert [(each["id"], each["state"]) for each in api.get("/conversions")["items"]] == [(books[2], "waiting")]
    assert visit(api).all(".needs") == []
    assert all(api.get(f"/audiobooks/{book}")["status"] == "completed" for book in books)
