"""Orders to make one file of books in the library."""

from __future__ import annotations

from uuid import uuid4

import pytest

from ohdio_api.conversions.service import ConversionService
from ohdio_api.paging import PagePosition, encode_cursor
from ohdio_core.collection.conversions import TakenConversion
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.failure_cause import ConversionRemedy
from ohdio_core.errors import UNEXPECTED
from ohdio_core.schemas.pages import Order
from tests.fixtures.api import Api
from tests.integration.api.queue_calls import walk_list
from tests.integration.api.test_events import announce, watching
from tests.integration.web.test_home import visit


def filed_as(api: Api, item: int, *names: str, seconds: float = 600) -> int:
    """File a book whose files have these names and last so long; return its id."""
    book = api.file_book(item, dict.fromkeys(names, b"sound"))
    for index, name in enumerate(names):
        api.engine.execute(
            "INSERT INTO book_files (audiobook_id, index, name, size, sha256, duration_seconds) "
            "VALUES (:book, :index, :name, 5, '', :seconds)",
            book=book,
            index=index,
            name=name,
            seconds=seconds,
        )
    return book


def test_a_filed_book_stays_complete_and_waits_for_it(api: Api) -> None:
    (item,) = api.engine.titled("The Lamp")
    book = api.file_book(item, {"1.mp3": b"sound", "2.mp3": b"sound"})
    answer = api.http.post(f"/audiobooks/{book}/convert", json={"form": "mp3"})
    assert answer.status_code == 202, answer.text
    said = answer.json()
    assert (said["form"], said["status"], said["conversion"]["state"]) == ("mp3", "completed", "waiting")
    assert api.get("/history")["items"][0]["act"] == "converted"


def test_several_are_and_what_is_not_there_is_said_once(api: Api) -> None:
    first, second, third = api.engine.items(3)
    filed = api.file_book(first, {"1.mp3": b"sound"})
    rows = api.engine.rows("SELECT audiobook_id FROM queue_items WHERE id = ANY(:ids)", ids=[second, third])
    away = [row.audiobook_id for row in rows]
    answer = api.http.post("/audiobooks/convert", json={"ids": [filed, *away], "form": "m4b"})
    assert (answer.status_code, answer.json()["changed"]) == (200, 1)
    assert [problem["id"] for problem in answer.json()["problems"]] == ["book.nothing_to_convert"]
    assert api.http.post(f"/audiobooks/{away[0]}/convert", json={}).status_code == 409
    assert api.http.post("/audiobooks/999999/convert", json={}).status_code == 404


def test_how_long_it_takes_is_said_before_it_is_ordered_of_what_must_be_encoded(api: Api) -> None:
    mp3, m4a, away = api.engine.items(3)
    books = [filed_as(api, mp3, "1.mp3", "2.mp3"), filed_as(api, m4a, "1.m4a", "2.m4a"), api.book_of(away)]
    order = {"ids": books, "form": "m4b-64k"}
    asked = api.http.post("/conversions/estimate", json=order).json()
    assert (asked["books"], asked["encoded"], asked["sound_seconds"], asked["seconds"]) == (2, 1, 1200, None)
    assert api.engine.value("SELECT count(*) FROM encoding_speeds WHERE speed IS NULL") == 1
    api.engine.execute("INSERT INTO encoding_speeds (host, speed) VALUES ('slow', 20), ('fast', 100)")
    told = api.http.post("/conversions/estimate", json=order).json()
    assert (told["seconds"], told["bytes"]) == (60, 1200 * 8000)
    joined = api.http.post("/conversions/estimate", json={**order, "form": "m4b"}).json()
    assert (joined["encoded"], joined["seconds"], joined["bytes"]) == (0, None, 0)
    assert api.http.post("/conversions/estimate", json={**order, "form": "m4b-65k"}).status_code == 422


def test_nobody_waits_for_a_machine_to_measure_itself_while_it_converts(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    (item,) = api.engine.items(1)
    book = filed_as(api, item, "1.mp3")
    api.engine.worker()
    api.http.post(f"/audiobooks/{book}/convert", json={"form": "m4b-64k"})
    api.engine.execute(
        "UPDATE conversions SET holder = gen_random_uuid(), lease_until = clock_timestamp() + interval '1 minute'"
    )
    monkeypatch.setattr("ohdio_api.conversions.service._LOOK_AGAIN", None)  # to wait is an error
    assert ConversionService(api.engine.database).estimate([book], BookForm.M4B_64K).seconds is None


def test_it_is_paused_goes_on_and_is_cancelled(api: Api) -> None:
    (item,) = api.engine.items(1)
    book = filed_as(api, item, "1.mp3")
    assert api.http.post(f"/conversions/{book}/pause").status_code == 404
    api.http.post(f"/audiobooks/{book}/convert", json={"form": "m4b-64k"})
    assert api.http.post(f"/conversions/{book}/pause").json()["state"] == "paused"
    assert [each["state"] for each in api.get("/conversions")["items"]] == ["paused"]
    assert api.http.post(f"/conversions/{book}/resume").json()["state"] == "waiting"
    assert api.http.delete(f"/conversions/{book}").status_code == 204
    assert api.get("/conversions")["items"] == []
    assert api.get(f"/audiobooks/{book}")["conversion"] is None


def test_whoever_watches_is_told_of_it_as_it_goes(api: Api) -> None:
    (item,) = api.engine.items(1)
    book = filed_as(api, item, "1.mp3")
    with watching(api) as events:
        events.until("snapshot")
        api.http.post(f"/audiobooks/{book}/convert", json={"form": "m4b-64k"})
        told = events.until("conversion")
        assert (told["id"], told["state"]) == (book, "waiting")
        with api.engine.database.statement() as work:
            taken = TakenConversion.take(work, uuid4())
            assert taken is not None
            taken.report(150.0, 600.0, has_moved=True)
            taken.renew(work)
        announce(api, work.outbox.changes)
        assert events.until("conversion")["state"] == "running"
        assert events.until("conversion_progress")["items"] == [[book, 150.0, 600.0, None]]
        with api.engine.database.statement() as work:
            taken.fail(work, UNEXPECTED)
        announce(api, work.outbox.changes)
        told = events.until("conversion")
        assert (told["state"], told["error"]) == ("failed", UNEXPECTED.text)
        api.http.delete(f"/conversions/{book}")
        assert events.until("conversion_gone") == {"id": book}


def test_pages_follow_each_other_through_all_that_goes_on_waits_rests_or_failed(api: Api) -> None:
    books = [filed_as(api, item, "1.mp3") for item in api.engine.items(9)]
    for book in books:
        api.http.post(f"/audiobooks/{book}/convert", json={"form": "m4b-64k" if book in books[:4] else "m4b"})
    running, paused, failed = books[6], books[1], (books[3], books[8])
    api.engine.execute(
        "UPDATE conversions SET holder = gen_random_uuid(), lease_until = clock_timestamp() + interval '1 minute' "
        "WHERE audiobook_id = :id",
        id=running,
    )
    api.http.post(f"/conversions/{paused}/pause")
    for book in failed:
        api.engine.execute(
            "UPDATE conversions SET failed_at = clock_timestamp(), remedy = 'keep' WHERE audiobook_id = :id", id=book
        )
    # What is only joined before what is encoded, each in the order in which it was ordered; the last failure first.
    waiting = [books[4], books[5], books[7], books[0], books[2]]
    assert [each["id"] for each in walk_list(api, "/conversions", limit=2)] == [
        running,
        *waiting,
        paused,
        *failed[::-1],
    ]
    page, shown = "/library/conversions", []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ohdio_api.web.conversions.views._MOST_SHOWN", 4)
        while page:
            read = visit(api, page)
            shown += [int(row.get("id").removeprefix("conversion-")) for row in read.all("#conversions li")]
            page = next((link.get("href") for link in read.all("a[rel=next]")), "")
    assert shown == [*failed[::-1], running, *waiting, paused]
    for cursor in ("forged", encode_cursor("waiting", Order.ASC, PagePosition("2 soon", 1))):
        assert api.http.get("/conversions", params={"cursor": cursor}).status_code == 422
    foreign = encode_cursor("title", Order.ASC, PagePosition("2026-11-30", 1))
    assert api.http.get("/conversions", params={"cursor": foreign}).status_code == 422


def test_what_its_machine_has_left_waits_and_says_so(api: Api) -> None:
    (item,) = api.engine.items(1)
    book = filed_as(api, item, "1.mp3")
    service = ConversionService(api.engine.database)
    api.engine.worker()
    api.http.post(f"/audiobooks/{book}/convert", json={"form": "m4b-64k"})
    with api.engine.database.statement() as work:
        assert TakenConversion.take(work, uuid4()) is not None
    assert (service.interrupted(), service.conversions([book])[0].state) == ([], "running")
    api.engine.execute("UPDATE conversions SET lease_until = clock_timestamp() - interval '1 s'")
    assert service.interrupted() == [book]
    (left,) = service.conversions([book])
    assert (left.state, left.wait_reason) == ("waiting", "It was interrupted, and goes on by itself soon.")
    api.engine.execute("DELETE FROM workers")
    (left,) = service.conversions([book])
    assert (left.state, left.wait_reason) == ("waiting", "No downloader is running.")


def test_one_that_failed_as_it_was_paused_is_tried_again_all_the_same(api: Api) -> None:
    (item,) = api.engine.items(1)
    book = filed_as(api, item, "1.mp3")
    api.http.post(f"/audiobooks/{book}/convert", json={"form": "m4b-64k"})
    with api.engine.database.statement() as work:
        taken = TakenConversion.take(work, uuid4())
        assert taken is not None
        api.http.post(f"/conversions/{book}/pause")
        taken.fail(work, UNEXPECTED)
    api.outside.post("/library/conversions/failed/retry", data={"back": "/"})
    assert [each["state"] for each in api.get("/conversions")["items"]] == ["waiting"]


def test_what_an_older_version_fails_can_be_tried_again(api: Api) -> None:
    (item,) = api.engine.items(1)
    book = filed_as(api, item, "1.mp3")
    api.http.post(f"/audiobooks/{book}/convert", json={"form": "m4b-64k"})
    api.engine.execute("UPDATE conversions SET failed_at = clock_timestamp(), error = 'It cannot be read.'")
    service = ConversionService(api.engine.database)
    assert [(group.remedy, group.books) for group in service.failures()] == [("retry", 1)]
    assert service.settle_failures(ConversionRemedy.RETRY) == 1
    assert service.failures() == []


@pytest.mark.parametrize("is_failed", [True, False])
def test_how_far_it_is_or_why_it_failed_is_told_with_the_book(api: Api, *, is_failed: bool) -> None:
    (item,) = api.engine.items(1)
    book = filed_as(api, item, "1.mp3")
    api.http.post(f"/audiobooks/{book}/convert", json={"form": "m4b-64k"})
    api.engine.execute("INSERT INTO encoding_speeds (host, speed) VALUES ('here', 10)")
    api.engine.execute(
        "UPDATE conversions SET seconds_done = 200, seconds_total = 600, holder = gen_random_uuid(), "
        "lease_until = clock_timestamp() + interval '1 minute'"
    )
    if is_failed:
        api.engine.execute("UPDATE conversions SET failed_at = now(), remedy = 'keep', error = 'It is damaged.'")
    told = api.get(f"/audiobooks/{book}")["conversion"]
    assert (told["seconds_done"], told["seconds_total"], told["eta_seconds"]) == (200, 600, 40)
    assert (told["state"], told["error"]) == (("failed", "It is damaged.") if is_failed else ("running", None))
    if is_failed:
        assert api.http.post(f"/conversions/{book}/pause").status_code == 404
        assert api.http.post(f"/conversions/{book}/resume").json()["error"] is None
