"""The page on which a book is edited, without a script."""

from __future__ import annotations

from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.integration.web.test_home import BROWSER, notices, send, visit
from tests.integration.web.test_library import filed, know


def form(page: Page) -> dict[str, str]:
    """Return what the form says, by the names of its fields."""
    inputs = {field.get("name"): field.get("value") for field in page.all(".edit input")}
    return inputs | {area.get("name"): area.text_content().strip() for area in page.all(".edit textarea")}


def test_changes_what_is_different_and_marks_nothing_else(api: Api) -> None:
    (book,) = filed(api, "One")
    know(api, book, authors=["Ann", "Rose"], translators=["Paul"], series="Lights", description="First.\nSecond.")
    said = form(visit(api, f"/books/{book}/edit"))
    assert (said["title"], said["authors"], said["series"], said["description"]) == (
        "One", "Ann\nRose", "Lights", "First.\nSecond."
    )  # fmt: skip
    assert said["translators"] == "Paul"

    answer = send(
        api,
        f"/books/{book}/edit",
        {**said, "title": "Two", "authors": "Ann\r\n  Zoé \r\n", "series": "", "translators": "Zoé"},
    )

    assert (answer.url.path, notices(answer)) == (f"/books/{book}", ["Changed."])
    now = api.get(f"/audiobooks/{book}")
    assert (now["title"], now["authors"], now["series"]) == ("Two", ["Ann", "Zoé"], None)
    assert now["translators"] == ["Zoé"]
    assert now["edited"] == ["authors", "series", "title", "translators"]
    assert visit(api, f"/books/{book}/edit").texts("[data-field='title'] .quiet") == ["changed by hand"]


def test_of_a_book_that_was_described_meanwhile_takes_nothing_of_that_away(api: Api) -> None:
    (book,) = filed(api, "One")
    said = form(visit(api, f"/books/{book}/edit"))
    know(api, book, narrators=["Rose"], description="First.\nSecond.")

    send(api, f"/books/{book}/edit", {**said, "title": "Two"})

    now = api.get(f"/audiobooks/{book}")
    assert (now["title"], now["narrators"], now["description"]) == ("Two", ["Rose"], "First.\nSecond.")
    assert now["edited"] == ["title"]


def test_facts_that_are_known_are_on_the_page_of_a_book_in_its_language(api: Api) -> None:
    (book,) = filed(api, "One")
    assert not {"Audience", "Published", "ISBN", "ASIN"} & set(visit(api, f"/books/{book}").texts("dt"))
    said = form(visit(api, f"/books/{book}/edit"))
    numbers = {"isbn": "ISBN 978-2-07-036822-8", "asin": "b0015t963c"}
    typed = {**numbers, "published_on": "2019-05-04", "audience": "9-12 ans"}

    send(api, f"/books/{book}/edit", {**said, **typed})

    for language, told in (
        ("en", {"Audience": "9-12 ans", "Published": "4 May 2019", "ISBN": "9782070368228", "ASIN": "B0015T963C"}),
        ("fr", {"Public": "9-12 ans", "Parution": "4 mai 2019", "ISBN": "9782070368228", "ASIN": "B0015T963C"}),
    ):
        page = Page(api.outside.get(f"/books/{book}", headers=BROWSER | {"Accept-Language": language}).text)
        facts = dict(zip(page.texts("dt"), page.texts("dd"), strict=True))
        assert {name: facts.get(name) for name in told} == told


def test_a_form_without_a_field_takes_nothing_away(api: Api) -> None:
    (book,) = filed(api, "One")
    know(api, book, isbn="9782070368228")
    said = form(visit(api, f"/books/{book}/edit"))
    before = {name: text for name, text in said.items() if not name.endswith("isbn")}
    send(api, f"/books/{book}/edit", {**before, "title": "Two"})
    now = api.get(f"/audiobooks/{book}")
    assert (now["title"], now["isbn"]) == ("Two", "9782070368228")


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
    wrong = {"published_year": "soon", "isbn": "978-2-07-036822-9"}
    answer = send(api, f"/books/{book}/edit", {**said, **wrong, "title": "Mine"})
    assert answer.status_code == 422
    assert "isbn: This is no ISBN: its last digit" in Page(answer.text).one("[role=alert]").text_content()
    again = form(Page(answer.text))
    assert {name: again[name] for name in wrong} == wrong
    assert api.get(f"/audiobooks/{book}")["title"] == "One"
