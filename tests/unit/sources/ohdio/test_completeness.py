from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.sources.ohdio.book import parse_book
from ohdio_core.sources.ohdio.completeness import SUFFICIENT, completeness, merged, missing
from tests.unit.sources.ohdio.answers import book, part

WHOLE = parse_book(book())
ESSENTIAL: dict[str, Any] = {
    "authors": (),
    "narrators": (),
    "description": None,
    "cover_url": None,
    "duration": None,
}
USUAL: dict[str, Any] = {"publisher": None, "published_year": None, "genre": None}


def without(*names: str) -> BookDetails:
    return replace(WHOLE, **{name: {**ESSENTIAL, **USUAL}[name] for name in names})


class TestCompleteness:
    def test_a_book_with_every_field_is_complete(self) -> None:
        assert completeness(WHOLE) == 1
        assert missing(WHOLE) == ()

    @pytest.mark.parametrize("name", ESSENTIAL)
    def test_one_without_what_every_book_has_is_not_enough(self, name: str) -> None:
        assert 0 < completeness(without(name)) < SUFFICIENT
        assert missing(without(name)) == (name,)

    @pytest.mark.parametrize("name", USUAL)
    def test_one_without_what_most_books_have_is_enough_and_not_complete(self, name: str) -> None:
        assert SUFFICIENT <= completeness(without(*USUAL)) < completeness(without(name)) < 1
        assert missing(without(name)) == (name,)

    def test_what_less_is_known_of_is_less_complete(self) -> None:
        assert 0 < completeness(without(*ESSENTIAL, *USUAL)) < completeness(without(*ESSENTIAL))

    def test_parts_without_titles_are_not_complete(self) -> None:
        assert missing(parse_book(book(part("1", None, 90), part("2", None, 90)))) == ("titles of parts",)

    def test_a_part_that_is_the_book_needs_no_title(self) -> None:
        assert missing(parse_book(book(part("1", None, 180)))) == ()

    def test_parts_without_durations_are_not_complete(self) -> None:
        assert "durations of parts" in missing(parse_book(book(part("1", seconds=None), part("2"))))

    def test_parts_that_last_less_than_the_book_are_not_complete(self) -> None:
        assert missing(parse_book(book(part("1"), part("2")))) == ("length of parts",)


class TestMerged:
    @pytest.mark.parametrize("name", [*ESSENTIAL, *USUAL, "page_count", "audience"])
    def test_a_field_that_only_the_second_tells_is_taken(self, name: str) -> None:
        empty: Any = {**ESSENTIAL, **USUAL}.get(name)
        assert merged(replace(WHOLE, **{name: empty}), WHOLE) == WHOLE

    def test_what_both_tell_is_as_the_first_tells_it(self) -> None:
        assert merged(WHOLE, replace(WHOLE, title="Autre", authors=("Ana Roy",), genre="Conte")) == WHOLE

    def test_so_are_the_parts(self) -> None:
        bare = replace(WHOLE, parts=tuple(replace(each, title=None, duration=None) for each in WHOLE.parts))
        assert merged(bare, WHOLE) == WHOLE
        other = replace(WHOLE, parts=tuple(replace(each, title="Autre") for each in WHOLE.parts))
        assert merged(WHOLE, other) == WHOLE

    def test_a_description_of_other_parts_adds_nothing(self) -> None:
        first = without("narrators")
        for parts in (WHOLE.parts[:1], WHOLE.parts[::-1], (*WHOLE.parts, Part(2, "9", duration=timedelta(1)))):
            assert merged(first, replace(WHOLE, parts=parts)) == first
