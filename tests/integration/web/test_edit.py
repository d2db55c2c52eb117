"""The page on which a book is edited, without a script."""

from __future__ import annotations

from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.integration.web.test_home import notices, send, visit
from tests.integration.web.test_library import filed, know


def form(page: Page) -> dict[str, str]:
    """Return what the form says, by the names of its fields."""
    inputs = {field.get("name"): field.get("value") for field in page.all(".edit input")}
    return inputs | {area.get("name"): area.text_content().strip() for area in page.all(".edit textarea")}


def test_changes_what_is_different_and_marks_nothing_else(api: Api) -> None:
    (book,) = filed(api, "One")
    know(api, book, authors=["Ann", "Rose"], series="Lights", description="First.\nSecond.")
    said = form(visit(api, f"/books/{book}/edit"))
    assert (said["title"], said["authors"], said["series"], said["description"]) == (
        "One", "Ann\nRose", "Lights", "First.\nSecond."
    )  # fmt: skip

    answer = send(api, f"/books/{book}/edit", {**said, "title": "Two", "authors": "Ann\r\n  Zoé \r\n", "series": ""})

    assert (answer.url.path, notices(answer)) == (f"/books/{book}", ["Changed."])
    now = api.get(f"/audiobooks/{book}")
    assert (now["title"], now["authors"], now["series"]) == ("Two", ["Ann", "Zoé"], None)
    assert now["edited"] == ["authors", "series", "title"]
    assert visit(api, f"/books/{book}/edit").texts("[data-field='title'] .quiet") == ["changed by hand"]


def test_of_a_book_that_was_described_meanwhile_takes_nothing_of_that_away(api: Api) -> None:
    (book,) = filed(api, "One")
    said = form(visit(api, f"/books/{book}/edit"))
    know(api, book, narrators=["Rose"], description="First.\nSecond.")

    send(api, f"/books/{book}/edit", {**said, "title": "Two"})

    now = api.get(f"/audiobooks/{book}")
    assert (now["title"], now["narrators"], now["description"]) == ("Two", ["Rose"], "First.\nSecond.")
    assert now["edited"] == ["title"]


def test_of_nothing_changes_nothing(api: Api) -> None:
    (book,) = filed(api, "One")
    answer = send(api, f"/books/{book}/edit", form(visit(api, f"/books/{book}/edit")))
    assert (answer.url.path, notices(answer)) == (f"/books/{book}", [])
    assert api.get(f"/audiobooks/{book}")["revision"] == 0


def test_of_a_book_that_somebody_else_has_changed_keeps_what_was_typed(api: Api) -> None:
    (book,) = filed(api, "One")
    said = form(visit(api, f"/books/{book}/edit"))
    api.http.patch(f"/audiobooks/{book}", json={"revision": 0, "genre": "Novel"})

    answer = send(api, f"/books/{book}/edit", {**said, "title": "Mine"})

    assert answer.status_code == 409
    assert "Somebody else has changed this book meanwhile" in Page(answer.text).one("[role=alert]").text_content()
    again = form(Page(answer.text))
    assert (again["title"], again["revision"]) == ("Mine", "1")
    send(api, f"/books/{book}/edit", {**again, "genre": "Novel"})
    assert api.get(f"/audiobooks/{book}")["title"] == "Mine"


def test_of_what_cannot_be_says_why_and_keeps_what_was_typed(api: Api) -> None:
    (book,) = filed(api, "One")
    said = form(visit(api, f"/books/{book}/edit"))
    answer = send(api, f"/books/{book}/edit", {**said, "published_year": "soon", "title": "Mine"})
    assert answer.status_code == 422
    assert Page(answer.text).one("[role=alert]").text_content().strip()
    assert form(Page(answer.text))["published_year"] == "soon"
    assert api.get(f"/audiobooks/{book}")["title"] == "One"
