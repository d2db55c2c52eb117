from __future__ import annotations

import json

import pytest

from tests.sites import demo
from tests.sites.catalogue import Catalogue, MediaForm, invent_book, invent_category, invent_feed


@pytest.mark.parametrize("catalogue", [invent_category(5, parts=3), invent_feed(5, page_size=2), demo.CATALOGUE])
def test_a_catalogue_survives_its_way_through_json(catalogue: Catalogue) -> None:
    assert Catalogue.from_json(json.loads(json.dumps(catalogue.to_json()))) == catalogue


def test_invented_books_have_titles_and_media_of_their_own() -> None:
    books = invent_category(144, parts=2).books

    assert len({book.title for book in books}) == 144
    assert len({book.path for book in books}) == 144
    assert len({part.media_id for book in books for part in book.parts}) == 288


def test_parts_have_titles_only_where_there_are_several() -> None:
    assert invent_book(1).parts[0].title is None
    assert all(part.title for part in invent_book(1, parts=2).parts)


class TestDemonstration:
    def test_says_what_becomes_of_every_book(self) -> None:
        expected = demo.EXPECTED

        assert len(demo.CATEGORY.books) == 14
        asked_for = {book.id for book in expected.complete + expected.gone}
        assert asked_for > set(demo.CATEGORY.books)
        assert asked_for | {item for serial in expected.serials for item in serial.books} == {
            book.id for book in demo.CATALOGUE.books
        }
        assert set(expected.retried) <= set(expected.complete)

    def test_has_books_of_one_and_of_several_parts_in_every_form_that_the_site_uses(self) -> None:
        books = demo.EXPECTED.complete

        assert {book.form for book in books} == {MediaForm.MP3, MediaForm.MP4, MediaForm.HLS, MediaForm.HLS_AES}
        assert {len(book.parts) for book in books} == {1, 2, 3, 4, 5}
