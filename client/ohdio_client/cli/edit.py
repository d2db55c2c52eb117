"""``ohdio library WORDS --set FIELD=VALUE``: changing what is said of a book."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.output import print_json, print_line
from ohdio_client.cli.shelf import in_shelf_order, print_shelf
from ohdio_client.errors import BadInput
from ohdio_core.expectations import UnexpectedValue
from ohdio_core.schemas.typed_facts import typed_asin, typed_day, typed_isbn
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client

_SEVERAL = {"author": "authors", "narrator": "narrators", "translator": "translators"}
_ONE = {
    **{name: name for name in ("title", "series", "isbn", "asin", "genre", "audience", "description")},
    "number": "series_position",
    "year": "published_year",
    "date": "published_on",
}
_NO_SUCH_BOOK = sentence("edit.no_such_book", "Nothing was changed: no book has these words.")
_WHICH_BOOK = sentence("edit.which_book", "Nothing was changed: name one book, by words of its title or author.")


def edit_book(client: Client, asked: str | None, said: Sequence[str], *, as_json: bool) -> None:
    """Change the one book that has these words.

    Raises:
        BadInput: None has, or several have.
    """
    changes = _changes(said)
    found = in_shelf_order(client.books.every(words=asked)) if asked else []
    if len(found) != 1:
        print_shelf(found)
        raise BadInput(_NO_SUCH_BOOK if asked and not found else _WHICH_BOOK)
    book = client.books.edit(found[0].id, changes, revision=found[0].revision)
    if as_json:
        print_json(book)
        return
    print_line(
        f"{book.title or book.url}: changed, in its files too." if book.library_path else f"{book.title}: changed."
    )


def _changes(said: Sequence[str]) -> dict[str, object]:
    """Return what is to be changed, by the names that the API has; a field without a value is emptied.

    Raises:
        BadArgument: There is no such field, or it cannot have this value.
    """
    changes: dict[str, object] = {}
    for each in said:
        field, sign, value = each.partition("=")
        field, value = field.strip().lower(), value.strip()
        if not sign or field not in {**_ONE, **_SEVERAL}:
            names = ", ".join(sorted({**_ONE, **_SEVERAL}))
            raise BadArgument(
                sentence(
                    "edit.no_field",
                    "{text!r} is no FIELD=VALUE. The fields are {names}.",
                    text=each,
                    names=names,
                )
            )
        if field in _SEVERAL:
            people = changes.setdefault(_SEVERAL[field], [])
            assert isinstance(people, list)
            people += [value] if value else []
        else:
            changes[_ONE[field]] = _checked(field, value) if value else None
    return changes


def _checked(field: str, value: str) -> object:
    try:
        return _CHECKED.get(field, str)(value)
    except UnexpectedValue as unexpected:
        raise BadArgument(
            sentence(
                "edit.no_value", "{field}={text}: {expected}", field=field, text=value, expected=unexpected.sentence
            )
        ) from None


def _year(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= 4):
        raise BadArgument(sentence("edit.no_year", "{text!r} is no year. Write it in four digits.", text=value))
    return int(value)


#: How the API takes what is typed; other fields are texts.
_CHECKED: Mapping[str, Callable[[str], object]] = {
    "year": _year,
    "date": lambda value: typed_day(value).isoformat(),
    "isbn": typed_isbn,
    "asin": typed_asin,
}
