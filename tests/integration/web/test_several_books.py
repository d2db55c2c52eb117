"""Ticking books of the library, without a script."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.integration.web.test_home import BROWSER, notices, send, visit
from tests.integration.web.test_library import filed, know, names
from tests.integration.web.test_trash import undo


def ticked(order: str, *books: int) -> dict[str, object]:
    return {"order": order, "item": [str(book) for book in books], "back": "/library"}


@pytest.mark.parametrize("view", ["grid", "list"])
def test_every_book_can_be_ticked_and_the_bar_has_the_orders(api: Api, view: str) -> None:
    books = filed(api, "One", "Two")
    page = visit(api, f"/library?view={view}")
    assert sorted(int(box.get("value") or 0) for box in page.all(".tick input")) == books
    assert page.texts("#several .button[name=order]") == [
        *("Save", "Download again", "One M4B each", "One MP3 each", "Encode as M4B…", "Delete"),
    ]
    assert page.all(".everything") == []


def test_what_is_ticked_is_deleted_together_and_comes_back_together(api: Api) -> None:
    one, two, three = filed(api, "One", "Two", "Three")
    answer = send(api, "/library/several", ticked("delete", one, three, 999_999))
    assert notices(answer) == ["2 books are in the trash, for seven days."]
    assert names(api) == ["Two"]
    assert undo(api, answer.text) == ["2 books are back."]
    assert names(api) == ["Three", "Two", "One"]
    assert two


def test_what_is_ticked_is_downloaded_again(api: Api) -> None:
    one, two = filed(api, "One", "Two")
    answer = send(api, "/library/several", ticked("fetch", one))
    assert notices(answer) == ["1 book is downloaded again; its files stay until the new ones are there."]
    assert [api.get(f"/audiobooks/{book}")["status"] for book in (one, two)] == ["queued", "completed"]
    again = notices(send(api, "/library/several", ticked("fetch", one, two)))
    assert again[0].startswith("1 book is downloaded again")
    assert again[1] == "The book's download is queued already; resume it in the queue if it is paused."


def test_what_is_ticked_is_converted(api: Api) -> None:
    one, two = filed(api, "One", "Two")
    answer = send(api, "/library/several", ticked("m4b", one))
    assert notices(answer)[0].startswith("1 book is converted; its files stay until the new one is there")
    assert [api.get(f"/audiobooks/{book}")["form"] for book in (one, two)] == ["m4b", None]


@pytest.mark.parametrize(("order", "done"), [("encode", "encoded"), ("save", "saved")])
def test_more_than_an_address_names_are_refused(api: Api, order: str, done: str) -> None:
    answer = send(api, "/library/several", ticked(order, *range(1, 202)))
    assert notices(answer) == [f"At most 200 books can be {done} at once."]


def test_what_is_ticked_is_encoded_once_it_was_said_how_long_that_takes(api: Api) -> None:
    api.engine.workers_of_all_services()
    one, two = filed(api, "One", "Two")
    know(api, one, duration_seconds=36_000)
    assert visit(api, f"/library/convert?book={one}").texts(".lead b") == [
        "10 h 00 of sound is encoded. Nobody knows yet how long that takes."
    ]
    api.engine.execute("INSERT INTO encoding_speeds (host, speed) VALUES ('here', 50)")
    offered = api.outside.post("/library/several", data=ticked("encode", one, two), headers=BROWSER)
    page = visit(api, offered.headers["location"])
    assert page.texts(".lead b") == [
        "10 h 00 of sound is encoded, which takes about 12 min on this machine, beside the downloads."
    ]
    assert page.texts(".rates label")[2] == "64 kbit/s 288 MB"
    assert api.get("/conversions")["items"] == []
    send(api, "/library/convert", {"book": [str(one), str(two)], "book_form": "m4b-96k"})
    assert [each["form"] for each in api.get("/conversions")["items"]] == ["m4b-96k"] * 2
    api.engine.execute(
        "UPDATE conversions SET seconds_done = 9000, seconds_total = 36000, holder = gen_random_uuid(), "
        "lease_until = clock_timestamp() + interval '1 minute' WHERE audiobook_id = :book",
        book=one,
    )
    assert visit(api, "/library/conversions").texts(".book .small") == [
        *("M4B, 96 kbit/s · 25 % encoded 9 min left", "M4B, 96 kbit/s · Waiting"),
    ]
    assert "25 % encoded" in visit(api, f"/books/{one}").one(f"#conversion-{one}").text_content()
    send(api, f"/library/conversions/{one}/pause", {})
    send(api, f"/library/conversions/{two}/cancel", {})
    assert visit(api, "/library/conversions").texts(".book .small") == ["M4B, 96 kbit/s · Paused"]
    api.engine.execute(
        "UPDATE conversions SET is_paused = false, failed_at = now(), remedy = 'keep', error = 'It is damaged.'"
    )
    assert visit(api, "/library/conversions").texts(".book .danger") == ["It is damaged."]
    assert visit(api, "/library").texts('.aside a[href="/library/conversions"]') == ["Conversions"]


def test_what_is_ticked_is_saved_as_one_archive(api: Api) -> None:
    one, _, three = filed(api, "One", "Two", "Three")
    answer = send(api, "/library/several", ticked("save", one, three))
    assert answer.headers["content-type"] == "application/zip"
    names_inside = {name.split("/")[1] for name in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()}
    assert names_inside == {"One", "Three"}


def test_of_nothing_says_so(api: Api) -> None:
    for fields in ({}, {"order": "delete"}, {"order": "nonsense", "item": "1"}, {"order": "delete", "item": "x"}):
        assert notices(send(api, "/library/several", fields)) == ["No book is ticked."]


def test_all_that_match_on_several_pages_are_meant_when_that_is_ticked(api: Api) -> None:
    books = filed(api, *(f"Harbour {number:02}" for number in range(50)), "Dune")
    know(api, books[-1], genre="Other")
    page = Page(api.outside.get("/library?q=harbour", headers=BROWSER).text)
    assert page.one(".everything").text_content().strip() == "All 50 that match"
    seen = page.one("#several [name=matching]").get("value")
    filed(api, "Harbour, new")  # after the page was seen
    know(api, books[0], title="Renamed")
    order = {"order": "delete", "everything": "1", "matching": seen}
    answer = send(api, "/library/several?q=harbour", order)
    assert notices(answer) == ["49 books are in the trash, for seven days."]
    assert names(api) == ["Harbour, new", "Dune", "Renamed"]
    for again in (order, {"order": "delete", "everything": "1"}):
        assert notices(send(api, "/library/several?q=harbour", again)) == ["No book is like that."]


@pytest.mark.parametrize("query", ["sort=rain", "view=rain"])
def test_of_a_list_that_cannot_be_changes_nothing(api: Api, query: str) -> None:
    (one,) = filed(api, "One")
    order = {"order": "delete", "everything": "1", "matching": str(one)}
    answer = api.outside.post(f"/library/several?{query}", data=order, headers=BROWSER)
    assert answer.status_code == 422
    assert names(api) == ["One"]
