from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ohdio_core.domain.audiobook import BookRef
from ohdio_core.sources.ohdio.category import books_in_grid, books_in_links, books_in_state, parse_category
from tests.unit.sources.ohdio.answers import grid_item, page

PATH = "/ohdio/categories/9001/contes"
URL = f"https://ici.radio-canada.ca{PATH}"


def card(book_id: int, title: str, **more: Any) -> dict[str, Any]:
    return {"typename": "CardLivreAudio", "title": title, "url": f"/livres-audio/{book_id}/slug", **more}


def ids(books: tuple[BookRef, ...]) -> list[str]:
    return [book.external_id for book in books]


def tree_of(html: bytes) -> Any:
    return etree.fromstring(html, parser=etree.HTMLParser())


class TestGrid:
    def test_a_book_has_its_title_author_and_picture(self) -> None:
        [book] = books_in_grid(tree_of(page(grid_item(7, "Le <b>Loup</b> &amp; moi", "Ana Roy et Luc Tel"))), URL)
        assert book == BookRef(
            "ohdio",
            "https://ici.radio-canada.ca/ohdio/livres-audio/7",
            "7",
            title="Le Loup & moi",
            authors=("Ana Roy", "Luc Tel"),
            cover_url="https://ici.radio-canada.ca/images/7.jpg",
        )

    def test_the_item_may_be_the_link(self) -> None:
        html = page('<a class="index-grid-item" href="/ohdio/livres-audio/7/x">Loup</a>')
        assert [(book.external_id, book.title) for book in books_in_grid(tree_of(html), URL)] == [("7", "Loup")]

    def test_links_to_categories_are_skipped(self) -> None:
        html = page('<div class="index-grid-item"><a href="/ohdio/categories/2/livres-audio">Tous</a></div>')
        assert list(books_in_grid(tree_of(html), URL)) == []


class TestState:
    def test_cards_are_found_wherever_they_are(self) -> None:
        data = {"content": {"lineups": [{"items": [card(7, "Loup"), {"card": card(8, "Ours")}]}]}}
        assert [(book.external_id, book.title) for book in books_in_state(data)] == [("7", "Loup"), ("8", "Ours")]

    def test_a_card_tells_title_author_and_picture(self) -> None:
        more = {"subtitle": "<p>Ana Roy</p>", "picture": {"url": "https://images.example/7.jpg"}}
        [book] = books_in_state([card(7, "Loup", **more)])
        assert (book.authors, book.cover_url) == (("Ana Roy",), "https://images.example/7.jpg")

    def test_cards_of_other_things_are_skipped(self) -> None:
        assert list(books_in_state({"items": [{"title": "x", "url": "/balados/3/x"}, {"url": 4}, None]})) == []


class TestLinks:
    def test_any_link_to_a_book_counts(self) -> None:
        html = page('<a href="/ohdio/livres-audio/7/x">Loup</a><a href="/ohdio/livres-audio/8/y"><img alt="Ours"></a>')
        assert [(book.external_id, book.title) for book in books_in_links(tree_of(html), URL)] == [
            ("7", "Loup"),
            ("8", "Ours"),
        ]

    def test_they_count_only_where_nothing_better_is(self) -> None:
        aside = '<a href="/ohdio/livres-audio/9/x">À voir aussi</a>'
        assert ids(parse_category(page(aside + grid_item(7, "Loup")), URL).books) == ["7"]
        assert ids(parse_category(page(aside), URL).books) == ["9"]


class TestParseCategory:
    def test_a_book_that_is_named_twice_is_one_book(self) -> None:
        html = page(grid_item(7, "Loup") + grid_item(8, "Ours") + grid_item(7, "Loup", "Ana Roy"))
        books = parse_category(html, URL).books
        assert ids(books) == ["7", "8"]
        assert books[0].authors == ("Ana Roy",)

    def test_grid_and_state_add_up(self) -> None:
        html = page(grid_item(7, "Loup"), {"items": [card(7, "Loup"), card(8, "Ours")]}, PATH)
        assert ids(parse_category(html, URL).books) == ["7", "8"]

    def test_the_heading_names_the_category(self) -> None:
        assert parse_category(page(f"<h1> Contes </h1>{grid_item(7, 'Loup')}"), URL).title == "Contes"

    def test_the_next_page_is_followed(self) -> None:
        html = page(grid_item(7, "Loup") + '<a rel="next" href="?page=2">Suivant</a>')
        assert parse_category(html, URL).next_cursor == f"{URL}?page=2"

    def test_the_next_page_may_be_named_in_the_head(self) -> None:
        html = page(grid_item(7, "Loup"), head=f'<link rel="next" href="{PATH}?page=2">')
        assert parse_category(html, URL).next_cursor == f"{URL}?page=2"

    def test_a_next_page_of_another_category_or_site_is_not(self) -> None:
        for href in (
            "/ohdio/categories/2/x",
            "https://elsewhere.example/ohdio/categories/9001/contes",
            URL,
            "https://[",
        ):
            html = page(grid_item(7, "Loup") + f'<a rel="next" href="{href}">Suivant</a>')
            assert parse_category(html, URL).next_cursor is None

    def test_a_page_of_nothing_has_no_books(self) -> None:
        assert parse_category(b"", URL).books == ()

    @given(
        st.binary()
        | st.text().map(lambda text: page(grid_item(7, text, text), [text]).decode().encode("utf-8", "replace"))
    )
    def test_any_bytes_give_a_page(self, html: bytes) -> None:
        assert parse_category(html, URL).next_cursor is None
