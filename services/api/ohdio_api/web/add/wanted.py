"""Which books of a listing are wanted, as the form of the preview has it: its address says it all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import ValidationError

from ohdio_api.web.typed_filters import FILTER_LABELS, TypedFilters, wrong_filter, wrong_newest, wrong_value
from ohdio_api.web.typed_text import whole_number_typed
from ohdio_api.web.words import Words
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.queue import DEFAULT_PRIORITY
from ohdio_core.schemas.body import MOST_PRIORITY
from ohdio_core.schemas.filters import FilterOrder
from ohdio_core.schemas.submissions import Wishes

_LONGEST = 500  # characters of a field

#: What a feed becomes, in the API's words.
BecomesWhat = Literal["books", "book"]


class Wanted(NamedTuple):
    """What a person has entered, as it is shown again."""

    url: str = ""
    filters: TypedFilters = TypedFilters()
    newest: str = ""
    becomes: BecomesWhat = "books"
    again: bool = False
    is_first: bool = False
    form: str = ""  #: as the settings say, where it is none

    def order(self) -> FilterOrder:
        """Return the filters as the API takes them.

        Raises:
            ValidationError: A field is no number, or too much, or two contradict each other.
        """
        newest = whole_number_typed(self.newest) if self.newest else None
        return FilterOrder.model_validate({**self.filters.order(TypedFilters._fields), "newest": newest})

    def wishes(self) -> Wishes:
        """Return how links are to be collected.

        Raises:
            ValidationError: As ``order`` does.
        """
        return Wishes.model_validate(
            {
                "as": self.becomes,
                "filters": self.order(),
                "again": self.again,
                "priority": MOST_PRIORITY if self.is_first else DEFAULT_PRIORITY,
                "form": self.form or None,
            }
        )


def read_wanted(fields: Mapping[str, str]) -> Wanted:
    """Return what a form or an address says; what is missing or too long is as if nothing had been entered."""

    def field(name: str) -> str:
        value = fields.get(name, "").strip()
        return value if len(value) <= _LONGEST and "\0" not in value else ""

    return Wanted(
        url=fields.get("url", "").strip() or _link_in(fields.get("shared", "")),
        filters=TypedFilters.read(field),
        newest=field("newest"),
        becomes="book" if field("becomes") == "book" else "books",
        again=bool(field("again")),
        is_first=bool(field("first")),
        form=field("book_form") if field("book_form") in set(BookForm) else "",
    )


def wrong_wish(error: ValidationError, words: Words) -> str:
    """Return a sentence on what of a form cannot be taken, by what the form calls it."""
    first = error.errors()[0]
    parts = [str(part) for part in first["loc"]]
    if parts == ["newest"]:
        return wrong_newest(words)
    said = wrong_filter(parts, first["input"], words)
    return said or wrong_value(first, FILTER_LABELS[parts[0]], words)


def _link_in(shared: str) -> str:
    """Return the first link in what another app shares; many send no link but a sentence with it."""
    found = re.search(r"https?://\S+", shared)
    return "" if found is None else found[0]
