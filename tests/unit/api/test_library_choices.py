"""The many choices of a page of the library have the addresses that each of them would be given by itself."""

from __future__ import annotations

import pytest

from ohdio_api.audiobooks.facets import Picked
from ohdio_api.web.library.book_list import BookList, View
from ohdio_api.web.library.shelf import show_groups
from ohdio_api.web.words import words
from ohdio_core.schemas.audiobooks import AudiobookSort, Facet, FacetValue, LibraryFacets

_VALUES = ("Zoé Œuvre", "A&B=C", "100% + 1", "/?#", "fr", "\u65e5\u672c", "a  b", "")


def _facets() -> LibraryFacets:
    facet = Facet(values=[FacetValue(value=value, books=1_234) for value in _VALUES], total=len(_VALUES))
    return LibraryFacets(books=9, seconds=0, **dict.fromkeys(Picked._fields, facet))


@pytest.mark.parametrize("sort", AudiobookSort)
@pytest.mark.parametrize("q", [None, "d'été & co=%"])
@pytest.mark.parametrize(
    "picked", [Picked(), Picked(author="A&B=C", source="rss"), Picked(narrator="Nobody else"), Picked("a", "b", "c")]
)
def test_each_choice_leads_to_the_list_with_it(picked: Picked, q: str | None, sort: AudiobookSort) -> None:
    listed = BookList(q, picked, sort, None, View.GRID, is_view_chosen=False)
    names = ("language", "author", "narrator", "series", "source")

    for name, group in zip(names, show_groups(_facets(), listed, words("en")), strict=True):
        choices = [*group.first, *group.others]
        chosen = getattr(picked, name)
        values = {*_VALUES, *([chosen] if chosen else [])}
        expected = {value: listed.address(**{name: None if value == chosen else value}) for value in values}
        assert {choice.address for choice in choices} == set(expected.values())
        assert sum(choice.is_chosen for choice in choices) == bool(chosen)
        if name in {"author", "narrator", "series"}:  # of which the label is the value
            assert {choice.label: choice.address for choice in choices} == expected
