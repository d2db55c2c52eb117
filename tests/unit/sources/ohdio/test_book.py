from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from ohdio_core.errors import OhdioError, PermanentError
from ohdio_core.sources.ohdio.book import cover_from, parse_book, people
from tests.unit.sources.ohdio.answers import book, json_values, part


class TestParseBook:
    def test_every_field_is_read(self) -> None:
        details = parse_book(book())
        assert details.title == "Le phare & la brume"
        assert details.authors == ("Odile Vachon", "Rémi Lantier")
        assert details.narrators == ("Ginette Aubut", "Paul Ménard", "Zoé Roy")
        assert details.description == "Un gardien attend.\nRéalisation : Luc Tel"
        assert (details.publisher, details.published_year) == ("Éditions du Large", 2009)
        assert (details.genre, details.language) == ("Roman", "fr")
        assert (details.page_count, details.audience) == (212, "Tout public")
        assert details.cover_url == "https://images.example/w_1400/livres/1x1/phare.jpg"
        assert details.duration == timedelta(minutes=3)

    def test_every_part_is_kept_in_order(self) -> None:
        details = parse_book(book(part("9", "Trois"), part("3", "Un"), part("5", None, None)))
        assert [(each.index, each.external_id, each.title) for each in details.parts] == [
            (0, "9", "Trois"),
            (1, "3", "Un"),
            (2, "5", None),
        ]
        assert [each.duration for each in details.parts] == [timedelta(minutes=1), timedelta(minutes=1), None]

    def test_an_id_that_is_a_number_is_an_id(self) -> None:
        assert parse_book(book(part(9))).parts[0].external_id == "9"

    def test_the_id_may_be_in_the_address_alone(self) -> None:
        odd = part(None, url="/livres-audio/77001/le-phare/7000501-0")
        assert parse_book(book(odd)).parts[0].external_id == "7000501"

    def test_a_part_without_a_recording_is_not_left_out_in_silence(self) -> None:
        with pytest.raises(PermanentError, match="part 2 of “Le phare & la brume”"):
            parse_book(book(part("1"), part(None, url="")))

    def test_a_book_without_parts_is_an_error(self) -> None:
        empty = book()
        empty["content"]["contentDetail"]["items"] = []
        with pytest.raises(PermanentError, match="no part"):
            parse_book(empty)

    def test_a_list_that_is_not_complete_is_an_error(self) -> None:
        paged = book()
        paged["content"]["contentDetail"]["pagedConfiguration"] = {"totalNumberOfItems": 40}
        with pytest.raises(PermanentError, match="only 2 of the 40 parts"):
            parse_book(paged)

    def test_a_book_without_a_title_is_an_error(self) -> None:
        with pytest.raises(PermanentError, match="no title"):
            parse_book(book(title=None))

    def test_an_age_in_place_of_a_genre_is_an_age(self) -> None:
        odd = book(kicker="Livre audio • 6-8 ans")
        odd["content"]["about"]["publisherInformation"] = None
        details = parse_book(odd)
        assert (details.genre, details.audience) == (None, "6-8 ans")

    def test_the_wide_picture_stands_in_for_a_missing_cover(self) -> None:
        assert parse_book(book(picture=None)).cover_url == "https://images.example/16x9/phare.jpg"

    @given(json_values)
    def test_any_data_give_a_book_or_a_named_error(self, data: Any) -> None:
        with pytest.raises(OhdioError):
            parse_book(data)
        odd = book()
        odd["header"]["title"] = "Titre"
        for key in ("subtitle", "kicker", "duration", "picture"):
            odd["header"][key] = data
        odd["description"] = odd["meta"] = data
        odd["content"]["about"] = data
        assert parse_book(odd).title == "Titre"
        odd["content"] = data
        with pytest.raises(OhdioError):
            parse_book(odd)


class TestPeople:
    @pytest.mark.parametrize(
        ("html", "names"),
        [
            ("<p>Ana Roy</p>", ("Ana Roy",)),
            ("<p>Ana Roy</p><p>Luc Tel</p>", ("Ana Roy", "Luc Tel")),
            ("Ana&nbsp;Roy, Luc Tel et Étienne Hétu", ("Ana Roy", "Luc Tel", "Étienne Hétu")),
            ("Ana Roy, et Luc Tel", ("Ana Roy", "Luc Tel")),
            ("Ana Roy &amp; Luc Tel", ("Ana Roy", "Luc Tel")),
            ("Ana Roy, Ana Roy", ("Ana Roy",)),
            ("Colette Petit", ("Colette Petit",)),
            (" , ", ()),
            ("", ()),
        ],
    )
    def test_names_are_split_where_people_would(self, html: str, names: tuple[str, ...]) -> None:
        assert people(html) == names


class TestCover:
    @pytest.mark.parametrize("picture", [None, {}, {"pattern": ""}, {"pattern": "data:x"}, {"pattern": 3}, []])
    def test_what_is_no_address_is_no_cover(self, picture: Any) -> None:
        assert cover_from(picture) is None
