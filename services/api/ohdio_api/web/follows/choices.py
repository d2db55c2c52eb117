"""What is wanted of a listing that is followed, as forms have it: texts, which are shown again as they were typed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple, Self

from pydantic import ValidationError

from ohdio_api.web.forms import FormFields
from ohdio_api.web.typed_filters import FILTER_LABELS, TypedFilters, plain, wrong_filter, wrong_newest, wrong_value
from ohdio_api.web.typed_text import number_typed, whole_number_typed
from ohdio_api.web.words import Words
from ohdio_core.domain.queue import DEFAULT_PRIORITY
from ohdio_core.schemas.filters import BookFilterOrder
from ohdio_core.schemas.follows import FollowView

_AS_SHOW = {None: "", True: "yes", False: "no"}
_SHOW_SAID = {said: value for value, said in _AS_SHOW.items()}


class FollowChoices(NamedTuple):
    """The fields of a form; an empty text is as usual."""

    filters: TypedFilters = TypedFilters()
    keep_newest: str = ""
    keep_days: str = ""
    most_per_check: str = ""
    most_gigabytes: str = ""
    check_every_hours: str = ""
    priority: str = ""
    book_form: str = ""
    as_show: str = ""  #: "yes" where its books are episodes of a show, "no" where they are not
    speed: str = ""  #: kilobytes a second

    @classmethod
    def typed(cls, fields: FormFields) -> Self:
        """Return what somebody has typed."""
        return cls(TypedFilters.read(fields), *(fields(name) for name in cls._fields[1:]))

    @classmethod
    def of(cls, follow: FollowView) -> Self:
        """Return what is wanted of a follow."""
        return cls(
            filters=TypedFilters.of(follow.filters or BookFilterOrder()),
            keep_newest=plain(follow.keep_newest),
            keep_days=plain(follow.keep_days),
            most_per_check=plain(follow.most_per_check),
            most_gigabytes=plain(follow.most_gigabytes),
            check_every_hours=plain(follow.check_every_hours),
            priority="" if follow.priority == DEFAULT_PRIORITY else plain(follow.priority),
            book_form=follow.form or "",
            as_show=_AS_SHOW[follow.as_show],
            speed=plain(follow.speed_limit_kb),
        )

    def texts(self) -> dict[str, str]:
        """Return the texts of all fields, by their names."""
        return self.filters._asdict() | {name: getattr(self, name) for name in self._fields[1:]}

    @property
    def has_more(self) -> bool:
        """Return whether something is wanted that a form shows only to those who ask for more choices."""
        return self._replace(keep_newest="", keep_days="") != type(self)()

    def order(self, asked: Collection[str], filters: BookFilterOrder | None = None) -> dict[str, Any]:
        """Return as the API takes it what these fields say; what cannot be is left to the API, which refuses it.

        Args:
            asked: Which of the fields are meant.
            filters: What those that are not meant are for; a text may say less than what it stands for.
        """
        said: dict[str, Any] = {}
        if meant := self.filters.order(asked):
            said["filters"] = (filters or BookFilterOrder()).model_dump() | meant
        for name, (known_as, read, usual) in _READ.items():
            if name in asked:
                text = getattr(self, name)
                said[known_as] = read(text) if text else usual
        return said


def order_typed(fields: FormFields) -> dict[str, Any]:
    """Return what a form says of a new follow, as the API takes it; what it does not ask is as usual."""
    return FollowChoices.typed(fields).order(_asked(fields))


def change_typed(fields: FormFields, follow: FollowView) -> dict[str, Any]:
    """Return what a form says otherwise of a follow, as the API takes it.

    What was left as it is shown stays what it is, each of the filters, too.
    """
    typed, now = FollowChoices.typed(fields), FollowChoices.of(follow)
    before, after = now.texts(), typed.texts()
    changed = [name for name in _asked(fields) if after[name] != before[name]]
    return typed.order(changed, follow.filters)


def wrong_choice(fields: FormFields, error: ValidationError, words: Words) -> str:
    """Return a sentence on what of a form cannot be taken, by what the form calls it."""
    first = error.errors()[0]
    field, *parts = map(str, first["loc"])
    if field == "filters":
        said = wrong_filter(parts, first["input"], words)
        field = parts[0] if parts else field
    else:
        said = _wrong_values(words, fields("take")).get(field)
    return said or wrong_value(first, _LABELS.get(field, field), words)


def _wrong_values(words: Words, how: str) -> Mapping[str, str]:
    """Return sentences on what cannot be taken, by what that is to the API.

    Args:
        how: What the form says of what was there before.
    """
    _ = words.gettext
    kept = _("How much of it is kept is a whole number: up to 1,000 books, or up to 3,650 days.")
    taken = {
        "newest": wrong_newest(words),
        "from": _("Enter a day of the calendar, from which on books are added."),
    }
    return {
        "keep_newest": kept,
        "keep_days": kept,
        **({"take": taken[how]} if how in taken else {}),
        "most_per_check": _("How many at a time is a whole number, from 1 to 1,000."),
        "most_gigabytes": _("How much in all is a number of GB, up to 1,000,000."),
        "check_every_hours": _("How often it is checked is a number of hours, from 1 to 720."),
        "priority": _("The priority is a whole number, from 0 to 100."),
        "speed_limit_kb": _("A number of kilobytes a second is expected, or nothing."),
    }


def _asked(fields: FormFields) -> list[str]:
    """Return which of the fields a form has."""
    there = fields.all()
    return [name for name in FollowChoices().texts() if name in there]


#: What each of the fields beside the filters is to the API, how it is read, and what an empty one says.
_READ: Mapping[str, tuple[str, Callable[[str], Any], Any]] = {
    "keep_newest": ("keep_newest", whole_number_typed, None),
    "keep_days": ("keep_days", whole_number_typed, None),
    "most_per_check": ("most_per_check", whole_number_typed, None),
    "most_gigabytes": ("most_gigabytes", number_typed, None),
    "check_every_hours": ("check_every_hours", number_typed, None),
    "priority": ("priority", whole_number_typed, DEFAULT_PRIORITY),
    "book_form": ("form", str, None),
    "as_show": ("as_show", lambda text: _SHOW_SAID.get(text, text), None),
    "speed": ("speed_limit_kb", whole_number_typed, None),
}
#: What a form calls what the API takes, where no sentence of its own says what was expected.
_LABELS = {
    **FILTER_LABELS,
    "form": "Files",
    "as_show": "Folders",
    "take": "What of it is added",
    "held_against": "Compare first with a folder",
    "url": "Link of a feed, a category or an author",
    "document": "What the file holds, or a link on each line",
}
