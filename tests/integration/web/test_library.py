"""The pages of the library, without a script."""

from __future__ import annotations

import io
from urllib.parse import urlencode

import pytest
from PIL import Image

from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.fixtures.workers import wait_until
from tests.integration.web.test_home import BROWSER, visit
from tests.sites.pictures import jpeg


def filed(api: Api, *titles: str, cover: bytes | None = None) -> list[int]:
    """File books of these titles; return their ids."""
    items = api.engine.titled(*titles)
    return [api.file_book(item, {"01.mp3": b"sound", "02.mp3": b"sound"}, cover) for item in items]


def know(api: Api, book: int, **facts: object) -> None:
    """Set what is known of a book."""
    columns = ", ".join(f"{name} = :{name}" for name in facts)
    api.engine.execute(f"UPDATE audiobooks SET {columns} WHERE id = :id", id=book, **facts)


def names(api: Api, **fields: str) -> list[str]:
    return visit(api, f"/library?{urlencode(fields)}").texts(".card .name, .of-library .title")


class TestLibrary:
    def test_shows_what_is_complete_the_newest_first(self, api: Api) -> None:
        filed(api, "One", "Two")
        api.engine.titled("Waiting")
        assert names(api) == ["Two", "One"]
        assert names(api, sort="title") == ["One", "Two"]

    def test_is_searched_and_picked_from(self, api: Api) -> None:
        lamp, ferry, tower = filed(api, "The Lamp", "The Ferry", "The Tower")
        for book, author, narrator in ((lamp, "Ann", "Paul"), (ferry, "Ann", "Rose"), (tower, "Odile", "Rose")):
            know(api, book, authors=[author], narrators=[narrator], language="fr-CA" if book == tower else "en")
        assert names(api, q="lamp") == ["The Lamp"]
        assert names(api, author="Ann", narrator="Rose") == ["The Ferry"]
        assert names(api, language="fr") == ["The Tower"]
        assert names(api, author="Ann", language="fr") == []

    def test_filters_are_links_with_counts_that_a_second_press_takes_away(self, api: Api) -> None:
        lamp, ferry = filed(api, "The Lamp", "The Ferry")
        know(api, lamp, authors=["Ann"])
        know(api, ferry, authors=["Ann", "Odile"])
        # They are counted anew after a while.
        wait_until(lambda: visit(api, "/library").texts(".facet li") == ["Ann 2", "Odile 1"], 10, "both are counted")
        page = visit(api, "/library?author=Odile")
        (chosen,) = page.all(".facet [aria-current]")
        assert chosen.get("href") == "/library"

    def test_a_language_counts_once_whatever_its_region(self, api: Api) -> None:
        one, two, three = filed(api, "One", "Two", "Three")
        for book, language in ((one, "fr"), (two, "fr-CA"), (three, "en")):
            know(api, book, language=language)
        wait_until(
            lambda: visit(api, "/library").texts(".facet li") == ["French 2", "English 1"], 10, "languages are counted"
        )

    def test_one_author_is_no_choice(self, api: Api) -> None:
        (one,) = filed(api, "One")
        know(api, one, authors=["Ann"])
        wait_until(lambda: visit(api, "/library").all(".facet") == [], 10, "it is counted")

    @pytest.mark.parametrize("view", ["grid", "list"])
    def test_the_view_is_remembered(self, api: Api, view: str) -> None:
        filed(api, "One")
        selector = {"grid": ".card", "list": ".of-library"}[view]
        visit(api, f"/library?view={view}")
        assert len(visit(api, "/library").all(selector)) == 1

    def test_pages_follow_each_other_without_a_gap(self, api: Api) -> None:
        titles = [f"Book {number:03}" for number in range(60)]
        api.engine.titled(*titles)
        api.engine.execute("UPDATE audiobooks SET library_path = title")
        page = visit(api, "/library?sort=title")
        seen = page.texts(".card .name")
        (following,) = page.all(".pager a[rel=next]")
        seen += visit(api, following.get("href")).texts(".card .name")
        assert seen == titles

    def test_an_empty_one_says_how_it_is_filled(self, api: Api) -> None:
        assert visit(api, "/library").one(".nothing a").get("href") == "/"

    @pytest.mark.parametrize("fields", [{"cursor": "x"}, {"author": "\0"}])
    def test_an_address_that_means_nothing_is_refused_in_words(self, api: Api, fields: dict[str, str]) -> None:
        answer = api.outside.get(f"/library?{urlencode(fields)}", headers=BROWSER)
        assert answer.status_code == 422
        assert answer.headers["content-type"].startswith("text/html")

    @pytest.mark.parametrize("query", ["sort=size", "sort=", "sort=%20", "view=wall", "view=", "author=%E2%80%8B"])
    def test_a_choice_that_there_is_not_is_none(self, api: Api, query: str) -> None:
        filed(api, "One", "Two")
        assert _shown(visit(api, f"/library?{query}")) == _shown(visit(api, "/library"))


def _shown(page: Page) -> list[str]:
    text: str = page.one("body").text_content()
    return text.split()


class TestCovers:
    def test_are_small_copies_of_ours_in_the_size_that_is_shown(self, api: Api) -> None:
        (one,) = filed(api, "One", cover=jpeg(3, 900))
        for page, size in (("/library?view=list", 96), ("/library?view=grid", 320), (f"/books/{one}", 640)):
            (address,) = [picture.get("src") for picture in visit(api, page).all("main .cover img")]
            answer = api.outside.get(address)
            assert answer.headers["content-type"] == "image/jpeg"
            assert Image.open(io.BytesIO(answer.content)).size == (size, size)

    def test_are_never_those_of_another_server(self, api: Api) -> None:
        (one,) = filed(api, "One")
        know(api, one, cover_url="https://elsewhere.example/cover.jpg")
        for book in (one, 41):
            answer = api.outside.get(f"/covers/{book}")
            assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")

    def test_a_page_in_the_place_of_a_picture_is_no_page(self, api: Api) -> None:
        (one,) = filed(api, "One", cover=b"<html><script>alert(1)</script>")
        assert api.outside.get(f"/covers/{one}").headers["content-type"] == "image/svg+xml"

    def test_of_a_library_that_is_not_there_are_empty(self, api: Api) -> None:
        (one,) = filed(api, "One", cover=jpeg(3))
        away = api.library_dir.with_name("away")
        api.library_dir.rename(away)
        try:
            answer = api.outside.get(f"/covers/{one}")
        finally:
            away.rename(api.library_dir)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")


class TestBook:
    def test_says_what_is_known_of_it(self, api: Api) -> None:
        (one,) = filed(api, "The Lamp")
        know(api, one, authors=["Ann"], narrators=["Paul", "Rose"], description="First.\n\nThen.", series="Harbour")
        api.engine.execute("DELETE FROM book_parts")
        api.engine.execute(
            "INSERT INTO book_parts (audiobook_id, index, external_id, title, duration_seconds) "
            "VALUES (:id, 0, 'a', 'Dusk', 600), (:id, 1, 'b', NULL, 5400)",
            id=one,
        )
        page = visit(api, f"/books/{one}")
        assert page.texts("h1") == ["The Lamp"]
        assert page.texts(".by") == ["Ann · read by Paul, Rose"]
        assert page.texts(".description p") == ["First.", "Then."]
        assert page.texts(".parts li") == [
            "1 Dusk 10 min Save part 1 to this device",
            "2 Part 2 1 h 30 Save part 2 to this device",
        ]
        assert [line.get("x1") for line in page.all(".front .edge line")] == ["10.0%"]
        assert page.one(".path").text_content().endswith("/The Lamp")

    def test_its_people_lead_to_their_books(self, api: Api) -> None:
        lamp, tower = filed(api, "The Lamp", "The Tower")
        know(api, lamp, authors=["Zoé & fils"])
        (link,) = visit(api, f"/books/{lamp}").all(".by a")
        assert visit(api, link.get("href")).texts(".card .name") == ["The Lamp"]
        assert tower

    @pytest.mark.parametrize(
        ("link", "site"), [("https://www.stories.example/1", "stories.example"), ("https://[odd/1", "https://[odd/1")]
    )
    def test_it_names_where_it_is_from_as_far_as_that_can_be_read(self, api: Api, link: str, site: str) -> None:
        (one,) = filed(api, "The Lamp")
        api.engine.execute("UPDATE audiobooks SET url = :link WHERE id = :id", link=link, id=one)
        assert visit(api, f"/books/{one}").texts("a.entry[target]") == [f"Open on {site}"]

    def test_it_is_downloaded_again(self, api: Api) -> None:
        (one,) = filed(api, "One")
        answer = api.outside.post(f"/books/{one}/fetch", data={"back": f"/books/{one}"}, headers=BROWSER)
        assert answer.headers["location"] == f"/books/{one}"
        assert api.get(f"/audiobooks/{one}")["status"] == "queued"

    def test_it_is_converted_where_all_its_files_are_of_one_kind(self, api: Api) -> None:
        (one,) = filed(api, "One")
        assert visit(api, f"/books/{one}").all("button[name=book_form]") == []
        for index in range(2):
            api.engine.execute(
                "INSERT INTO book_files (audiobook_id, index, name, size, sha256) VALUES (:id, :n, :name, 1, '')",
                id=one,
                n=index,
                name=f"{index}.m4a",
            )
        (button,) = visit(api, f"/books/{one}").all("button[name=book_form]")
        assert (button.get("value"), button.text_content().strip()) == ("m4b", "Join into one M4B")
        api.outside.post(f"/books/{one}/convert", data={"book_form": "m4b", "back": f"/books/{one}"}, headers=BROWSER)
        assert api.get(f"/audiobooks/{one}")["form"] == "m4b"

    def test_what_can_be_done_with_it_has_signs_of_its_own(self, api: Api) -> None:
        (one,) = filed(api, "One")
        api.engine.execute("DELETE FROM book_files")
        api.engine.execute(
            "INSERT INTO book_files (audiobook_id, index, name, size, sha256) "
            "SELECT :id, n, n || '.mp3', 1, '' FROM generate_series(0, 1) n",
            id=one,
        )
        page = visit(api, f"/books/{one}")
        said = page.texts(".menu .entry")
        assert {"Join into one MP3", "Make one M4B…"} <= set(said)
        assert len({sign.get("href") for sign in page.all(".menu .entry use")}) == len(said)

    def test_what_it_says_of_itself_is_text(self, api: Api) -> None:
        (one,) = filed(api, "One")
        know(api, one, description="<img src=x onerror=alert(1)>{{ 7*7 }}", authors=["<b>Ann</b>"])
        page = visit(api, f"/books/{one}")
        assert page.texts(".description p") == ["<img src=x onerror=alert(1)>{{ 7*7 }}"]
        assert page.texts(".by a") == ["<b>Ann</b>"]

    def test_that_there_is_not_is_said(self, api: Api) -> None:
        answer = api.outside.get("/books/41", headers=BROWSER)
        assert (answer.status_code, "book 41" in answer.text) == (404, True)
