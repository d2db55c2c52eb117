from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import BookRef
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.category import category_choice, parse_category
from ohdio_core.sources.ohdio.listing import (
    RECORDINGS,
    ParsedPage,
    books_in_grid,
    books_in_linked_data,
    books_in_links,
    books_in_page_state,
)
from tests.fixtures.effort import seconds_of_work
from tests.unit.sources.ohdio.answers import grid_item, page

PATH = "/ohdio/categories/9001/contes"
URL = f"https://ici.radio-canada.ca{PATH}"


def card(book_id: int, title: str, **more: Any) -> dict[str, Any]:
    return {"typename": "CardLivreAudio", "title": title, "url": f"/livres-audio/{book_id}/slug", **more}


OLD = {"pageNumber": 1, "pageSize": 2, "totalNumberOfItems": 6}
NEW = {"pageSize": 2, "totalCount": 6}


def ids(books: tuple[BookRef, ...]) -> list[str]:
    return [book.external_id for book in books]


def document(html: bytes) -> ParsedPage:
    return ParsedPage.of(html, URL)


def state(data: Any) -> ParsedPage:
    return document(page("", data, PATH))


class TestGrid:
    def test_a_book_has_its_title_author_and_picture(self) -> None:
        [book] = books_in_grid(document(page(grid_item(7, "Le <b>Loup</b> &amp; moi", "Ana Roy et Luc Tel"))))
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
        assert [(book.external_id, book.title) for book in books_in_grid(document(html))] == [("7", "Loup")]

    def test_links_to_categories_are_skipped(self) -> None:
        html = page('<div class="index-grid-item"><a href="/ohdio/categories/2/livres-audio">Tous</a></div>')
        assert list(books_in_grid(document(html))) == []


class TestState:
    def test_cards_are_found_wherever_they_are(self) -> None:
        data = {"content": {"lineups": [{"items": [card(7, "Loup"), {"card": card(8, "Ours")}]}]}}
        assert [(book.external_id, book.title) for book in books_in_page_state(state(data))] == [
            ("7", "Loup"),
            ("8", "Ours"),
        ]

    def test_a_card_tells_title_author_and_picture(self) -> None:
        more = {"subtitle": "<p>Ana Roy</p>", "picture": {"url": "https://images.example/7.jpg"}}
        [book] = books_in_page_state(state([card(7, "Loup", **more)]))
        assert (book.authors, book.cover_url) == (("Ana Roy",), "https://images.example/7.jpg")

    def test_cards_of_other_things_are_skipped(self) -> None:
        assert (
            list(books_in_page_state(state({"items": [{"title": "x", "url": "/balados/3/x"}, {"url": 4}, None]}))) == []
        )


class TestLinks:
    def test_any_link_to_a_book_counts(self) -> None:
        html = page('<a href="/ohdio/livres-audio/7/x">Loup</a><a href="/ohdio/livres-audio/8/y"><img alt="Ours"></a>')
        assert [(book.external_id, book.title) for book in books_in_links(document(html))] == [
            ("7", "Loup"),
            ("8", "Ours"),
        ]

    def test_they_count_only_where_nothing_better_is(self) -> None:
        aside = '<a href="/ohdio/livres-audio/9/x">À voir aussi</a>'
        assert ids(parse_category(page(aside + grid_item(7, "Loup")), URL).books) == ["7"]
        assert ids(parse_category(page(aside), URL).books) == ["9"]

    def test_they_count_where_they_are_far_more(self) -> None:
        links_of = "".join(f'<a href="/ohdio/livres-audio/{number}/x">Livre {number}</a>' for number in range(1, 31))
        elements = [{"@type": "ListItem", "url": f"/ohdio/livres-audio/{number}/x"} for number in (1, 2, 3)]
        found = json.dumps({"@type": "ItemList", "itemListElement": elements})
        head = f'<script type="application/ld+json">{found}</script>'
        for html in (page(links_of, head=head), page(grid_item(1, "Loup") + links_of)):
            assert sorted(int(book.external_id) for book in parse_category(html, URL).books) == list(range(1, 31))

    def test_they_do_not_where_the_page_counts_no_more_books(self) -> None:
        links_of = "".join(f'<a href="/ohdio/livres-audio/{number}/x">Livre {number}</a>' for number in range(1, 31))
        data = {"items": [card(7, "Loup")], "pagination": {"pageSize": 20, "totalCount": 1}}
        assert ids(parse_category(page(links_of, data, PATH), URL).books) == ["7"]

    @pytest.mark.parametrize("beside", ["aside", "nav"])
    def test_what_stands_beside_a_listing_is_not_of_it(self, beside: str) -> None:
        others = "".join(f'<p><a href="/ohdio/livres-audio/{number}/x">Livre</a></p>' for number in range(1, 31))
        html = page(grid_item(77, "Loup") + f"<{beside}><div>{others}</div></{beside}>")
        assert ids(parse_category(html, URL).books) == ["77"]


class TestParseCategory:
    def test_a_book_that_is_named_twice_is_one_book(self) -> None:
        html = page(grid_item(7, "Loup") + grid_item(8, "Ours") + grid_item(7, "Loup", "Ana Roy"))
        books = parse_category(html, URL).books
        assert ids(books) == ["7", "8"]
        assert books[0].authors == ("Ana Roy",)

    def test_grid_and_state_add_up(self) -> None:
        html = page(grid_item(7, "Loup"), {"items": [card(7, "Loup"), card(8, "Ours")]}, PATH)
        assert ids(parse_category(html, URL).books) == ["7", "8"]

    def test_what_the_state_tells_of_when_it_appeared_is_kept(self) -> None:
        html = page(grid_item(7, "Loup"), {"items": [card(7, "Loup", broadcastedFirstTimeAt="2025-03-02")]}, PATH)
        assert [book.published for book in parse_category(html, URL).books] == [datetime(2025, 3, 2, tzinfo=UTC)]

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

    def test_state_that_counts_on_leads_to_the_next_page(self) -> None:
        data = {"items": [card(7, "Loup")], "pagination": {"pageSize": 1, "totalCount": 3}}
        first = parse_category(page("", data, PATH), URL)
        assert (first.next_cursor, first.total) == (f"{URL}?pageNumber=2", 3)
        last = parse_category(page("", data, PATH), f"{URL}?pageNumber=3")
        assert last.next_cursor is None

    @pytest.mark.parametrize(
        "data",
        [
            {"content": {"contentDetail": {"lineup": {"items": [card(7, "Loup")], "pagedConfiguration": OLD}}}},
            {"content": {"contentDetail": {"items": [card(7, "Loup")], "pagedConfiguration": OLD}}},
            {"superLineup": {"lineups": [{"items": [card(7, "Loup")], "pagination": NEW}]}},
            {"content": {"items": [card(7, "Loup")], "pagination": NEW}},
            {"lineups": [{"items": [card(7, "Loup")], "pagination": NEW}, {"pagination": {"pageSize": 9}}]},
            {"lineups": [{"pagination": {"pageSize": 9, "totalCount": 8}}, {"pagination": NEW}], "x": card(7, "Loup")},
        ],
    )
    def test_the_count_is_found_wherever_it_is(self, data: Any) -> None:
        first = parse_category(page("", data, PATH), URL)
        assert (first.next_cursor, first.total) == (f"{URL}?pageNumber=2", 6)

    def test_a_number_of_nonsense_in_the_address_is_none(self) -> None:
        html = page("", {"items": [card(7, "Loup")], "pagination": NEW}, PATH)
        assert parse_category(html, f"{URL}?pageNumber={'9' * 5000}").next_cursor == f"{URL}?pageNumber=2"

    def test_programmes_and_categories_are_no_books(self) -> None:
        html = page(
            grid_item(7, "Loup") + '<div class="index-grid-item"><a href="/ohdio/categories/2/x">Tous</a></div>',
            {"items": [{"title": "Vents", "url": "/balados/3/vents"}, {"title": "x", "url": "/categories/5/x"}]},
            PATH,
        )
        assert ids(parse_category(html, URL).books) == ["7"]

    def test_a_list_has_episodes_too(self) -> None:
        html = page("", {"items": [card(7, "Loup"), {"title": "Vent", "url": "/balados/3/vents/44/un"}]}, PATH)
        assert ids(parse_category(html, URL, RECORDINGS).books) == ["7", "episode-44"]


class TestLinkedData:
    def test_the_elements_of_a_list_are_books(self) -> None:
        elements = [
            {"@type": "ListItem", "position": 1, "url": "/ohdio/livres-audio/7/loup", "name": "Loup"},
            {"@type": "ListItem", "position": 2, "item": {"@id": links.book_url("8"), "name": "Ours"}},
            {"@type": "ListItem", "position": 3, "item": links.book_url("9")},
            {"@type": "ListItem", "position": 4, "url": "/ohdio/categories/7/x", "name": "Tous"},
        ]
        found = json.dumps({"@context": "https://schema.org", "@type": "ItemList", "itemListElement": elements})
        html = page("", head=f'<script type="application/ld+json">{found}</script>')
        assert [(book.external_id, book.title) for book in books_in_linked_data(document(html))] == [
            ("7", "Loup"),
            ("8", "Ours"),
            ("9", None),
        ]

    def test_complete_addresses_are_read_too(self) -> None:
        elements = [{"url": "https://ici.radio-canada.ca/ohdio/livres-audio/7/loup?x=1#y"}, {"url": "//elsewhere/x"}]
        found = json.dumps({"@type": "ItemList", "itemListElement": elements})
        html = page("", head=f'<script type="application/ld+json">{found}</script>')
        assert [book.external_id for book in books_in_linked_data(document(html))] == ["7"]

    def test_what_is_not_json_is_passed_over(self) -> None:
        html = page("", head='<script type="application/ld+json">{oops</script>')
        assert list(books_in_linked_data(document(html))) == []


class TestChoice:
    def test_every_way_can_be_tried_by_itself(self) -> None:
        outcomes = category_choice(page(grid_item(7, "Loup")), URL).outcomes()
        assert {outcome.name: outcome.completeness for outcome in outcomes} == {
            "grid": 1.0,
            "page state": None,
            "json-ld": None,
            "links": 1.0,
        }

    def test_one_that_lists_fewer_than_all_together_is_not_complete(self) -> None:
        html = page(grid_item(7, "Loup"), {"items": [card(7, "Loup"), card(8, "Ours")]}, PATH)
        found = {outcome.name: outcome.completeness or 0 for outcome in category_choice(html, URL).outcomes()}
        assert 0 < found["grid"] < found["page state"] == 1


class TestBounds:
    @pytest.mark.fuzz
    def test_a_page_of_two_thousand_books_is_read_quickly(self) -> None:
        filler = "<p>" + "mot " * 220 + "</p>"
        html = page("".join(grid_item(number, f"Titre {number}", "Ana Roy") + filler for number in range(1, 2001)))
        assert len(html) > 2_000_000
        assert len(parse_category(html, URL).books) == 2000
        assert seconds_of_work(lambda: parse_category(html, URL), enough=0.15) < 0.15

    @pytest.mark.fuzz
    @pytest.mark.parametrize(
        "html",
        [
            b"<div>" * 200_000,
            b'<a href="/ohdio/livres-audio/7/x">' * 30_000,
            b'<li class="index-grid-item">' * 35_000,
            b'<div class="index-grid-item">' * 250 + b'<a href="/ohdio/x">x</a>' * 45_000,
            b'<div class="index-grid-item">' * 250 + b"<p>x</p>" * 120_000,
            b'<script>window._rcState_ = {"a":' + b'{"a":' * 200_000,
            b'<script type="application/ld+json">' + b"[" * 1_000_000,
            b"window._rcState_ = " * 55_000,
            b"&" * 1_000_000,
        ],
        ids=["divs", "links", "items", "nested items", "deep texts", "state", "json-ld", "beginnings", "entities"],
    )
    def test_a_megabyte_of_nesting_is_read_in_seconds(self, html: bytes) -> None:
        assert seconds_of_work(lambda: parse_category(html, URL), enough=3) < 3
