"""The page of the trash, without a script."""

from __future__ import annotations

import shutil

import pytest

from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.integration.web.test_home import notices, send, visit
from tests.integration.web.test_library import filed, names


def undo(api: Api, text: str) -> list[str]:
    """Press the button of what an answer says."""
    form = Page(text).one(".notice form")
    action, field = form.get("action"), Page(text).one(".notice form [name=removal]")
    assert action is not None
    return notices(send(api, action, {"removal": field.get("value")}))


def in_trash(api: Api) -> list[str]:
    return visit(api, "/library/trash").texts(".of-trash .title")


def test_a_book_that_is_deleted_on_its_page_comes_back_by_undo(api: Api) -> None:
    one, _ = filed(api, "One", "Two")
    answer = send(api, f"/books/{one}/delete")
    assert answer.url.path == "/library"
    assert notices(answer) == ["One is in the trash, for seven days."]
    assert "Trash 1" in Page(answer.text).texts(".library .aside")
    assert (names(api), in_trash(api)) == (["Two"], ["One"])

    assert undo(api, answer.text) == ["1 book is back."]

    assert names(api) == ["Two", "One"]
    assert visit(api, f"/books/{one}").texts(".standing") == ["Complete, every part verified"]
    assert undo(api, answer.text) == ["Nothing came back: the trash does not have it any more."]


def test_a_book_that_was_never_complete_is_deleted_for_good(api: Api) -> None:
    (item,) = api.engine.titled("One")
    answer = send(api, f"/books/{api.book_of(item)}/delete")
    assert notices(answer) == ["One is deleted."]
    assert Page(answer.text).all(".notice form, .library .aside [href$='/library/trash']") == []


def test_books_are_put_back_one_by_one(api: Api) -> None:
    one, two = filed(api, "One", "Two")
    for book in (one, two):
        api.http.delete(f"/audiobooks/{book}")
    page = visit(api, "/library/trash")
    assert page.texts(".of-trash .title") == ["Two", "One"]
    assert [button.get("aria-label") for button in page.all(".of-trash button")] == ["Put back Two", "Put back One"]
    assert notices(send(api, f"/trash/{one}/restore", {"back": "/library/trash"})) == ["1 book is back."]
    assert (in_trash(api), names(api)) == (["Two"], ["One"])


def test_what_cannot_come_back_is_told(api: Api) -> None:
    (one,) = filed(api, "One")
    api.http.delete(f"/audiobooks/{one}")
    shutil.rmtree(api.library_dir / ".ohdio-trash")
    (said,) = notices(send(api, f"/trash/{one}/restore"))
    assert said.startswith("The files of One are no longer in the trash.")
    assert in_trash(api) == []


def test_what_cannot_come_back_is_told_beside_what_does(api: Api) -> None:
    books = filed(api, "One", "Two")
    answer = send(api, "/library/several", {"order": "delete", "item": [str(book) for book in books]})
    (gone,) = (api.library_dir / ".ohdio-trash").glob("*/*/One")
    shutil.rmtree(gone)
    back, lost = undo(api, answer.text)
    assert (back, lost[:16]) == ("1 book is back.", "The files of One")
    assert (in_trash(api), names(api)) == ([], ["Two"])


def test_is_emptied_once_that_is_confirmed_with_the_number(api: Api) -> None:
    one, two, three = filed(api, "One", "Two", "Three")
    for book in (one, two):
        api.http.delete(f"/audiobooks/{book}")
    asked = visit(api, "/library/trash?empty=1")
    api.http.delete(f"/audiobooks/{three}")  # after the question was seen
    assert "2 books (20\N{NO-BREAK SPACE}B) go for good" in asked.one(".ask").text_content()
    assert asked.texts(".ask .button") == ["Delete 2 books", "Keep"]
    (seen,) = [field.get("value") for field in asked.all(".ask [name=latest]")]
    assert notices(send(api, "/trash/empty", {"latest": seen})) == ["2 books are gone for good."]
    assert in_trash(api) == ["Three"]
    assert notices(send(api, "/trash/empty")) == ["0 books are gone for good."], "an order that names no moment"
    api.http.post("/library/trash/empty", json={"all": True})
    assert visit(api, "/library/trash?empty=1").texts(".nothing") == ["The trash is empty."]


def test_its_size_stands_beside_what_is_free(api: Api) -> None:
    (one,) = filed(api, "One")
    api.http.delete(f"/audiobooks/{one}")
    assert visit(api).one("[data-facts]").text_content().endswith("10\N{NO-BREAK SPACE}B in the trash")


def test_is_listed_a_page_at_a_time(api: Api) -> None:
    api.engine.execute(
        "INSERT INTO trashed_books "
        "(audiobook_id, source, external_id, url, title, authors, file_size, removal, record) "
        "SELECT n, 's', n::text, 'https://stories.example/' || n, 'Book ' || n, '{}', 1, gen_random_uuid(), '{}' "
        "FROM generate_series(1, 60) AS n"
    )
    first = visit(api, "/library/trash")
    assert len(first.all(".of-trash")) == 50
    following = first.one(".pager [rel=next]").get("href")
    assert following is not None
    assert len(visit(api, following).all(".of-trash")) == 10


@pytest.mark.parametrize("removal", ["", "x", "é" * 500])
def test_an_undo_of_nothing_says_so(api: Api, removal: str) -> None:
    assert notices(send(api, "/trash/undo", {"removal": removal}))[0].startswith("Nothing came back")


def test_files_that_a_conversion_replaced_are_listed_put_back_and_go_for_good(api: Api) -> None:
    (item,) = api.engine.titled("The Lamp")
    book = api.file_book(item, {"a.m4b": b"one"})
    for number in range(3):
        api.engine.execute(
            "INSERT INTO replaced_forms (audiobook_id, key, files, file_size, files_revision) "
            "VALUES (:book, :key, CAST(:files AS jsonb), 900, 0)",
            book=book,
            key=f"gone-{number}",
            files='[{"name": "1.mp3"}, {"name": "2.mp3"}]',
        )
    newest, older, _ = api.get("/library/trash/forms")["items"]
    assert (newest["audiobook_id"], newest["files"], newest["format"], newest["file_size"]) == (book, 2, "MP3", 900)
    page = visit(api, "/library/trash")
    assert page.texts(".of-forms .people") == ["2 files, MP3"] * 3
    said = notices(send(api, f"/trash/forms/{newest['id']}/restore"))
    assert said == ["The former files of The Lamp are no longer in the trash."]
    assert api.http.post(f"/library/trash/forms/{newest['id']}/restore").status_code == 404
    assert api.http.delete(f"/library/trash/forms/{older['id']}").status_code == 204
    assert api.http.delete(f"/library/trash/forms/{older['id']}").status_code == 404
    assert api.http.post("/library/trash/empty", json={"all": True}).json() == {"changed": 1}
    assert api.get("/library/trash/forms")["items"] == []
