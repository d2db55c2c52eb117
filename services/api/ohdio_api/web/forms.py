"""What forms of our pages send, and how they are answered: with the page that they were on."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from ohdio_api.web.pages import back, see_other
from ohdio_core.schemas.body import MAX_ID

Notice = dict[str, str]


class FormFields:
    """The fields of a form."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def __call__(self, name: str) -> str:
        """Return a field without space around it; an empty text where it is missing."""
        value = self._data.get(name)
        return value.strip() if isinstance(value, str) else ""

    def verbatim(self, name: str) -> str:
        """Return a field as it was typed: a password, whose spaces count."""
        value = self._data.get(name)
        return value if isinstance(value, str) else ""

    def all(self) -> dict[str, str]:
        """Return the fields by name; of one that comes several times, the last."""
        return {name: value for name, value in self._data.items() if isinstance(value, str)}

    def several(self, name: str) -> list[str]:
        """Return a field that may come several times."""
        return [value for value in self._data.getlist(name) if isinstance(value, str)]

    def ids(self, name: str) -> list[int]:
        """Return the ids that a field names, which may come several times or have several, without what cannot be."""
        texts = [text for value in self.several(name) for text in value.split()]
        numbers = (int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 17)
        return [number for number in numbers if 0 < number <= MAX_ID]

    def number(self, name: str) -> int:
        """Return the positive number that a field has; 0 where it is missing, or has something else."""
        return next(iter(self.ids(name)), 0)


async def read_form(request: Request) -> FormFields:
    """Return the fields of the form that a request carries."""
    return FormFields(await request.form(max_files=0, max_fields=1000))


#: For views: they take it as an argument.
Fields = Annotated[FormFields, Depends(read_form)]


def done(text: str, undo: UUID | None = None, *, of: Literal["queue", "trash"] = "queue") -> Notice:
    """Return a notice that something was carried out.

    Args:
        undo: The removal that a button beside it undoes.
        of: Where that is: from the queue alone, or with the files.
    """
    return {"kind": "done", "text": text} | ({} if undo is None else {"undo": str(undo), "of": of})


def refused(text: str) -> Notice:
    """Return a notice that something was not carried out."""
    return {"kind": "refused", "text": text}


def with_variable(notice: Notice, variable: str) -> Notice:
    """Return a notice that shows beside its text the variable of the setting that it is about."""
    return {**notice, "variable": variable}


def after(request: Request, fields: FormFields, *notices: Notice) -> Response:
    """Return the answer to a form: the page that it was on, with what there is to say."""
    return see_other(request, back(fields("back")), *notices)
