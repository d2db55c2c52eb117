"""Something that watchers are told."""

from __future__ import annotations

from fastapi.sse import format_sse_event
from pydantic import BaseModel, TypeAdapter

_ANYTHING: TypeAdapter[object] = TypeAdapter(object)  # encodes models, and what holds models

#: Of two events about the same subject only the later one matters.
Subject = tuple[str, int]


class Gone(BaseModel):
    """A row that is no more."""

    id: int


class Gap(BaseModel):
    """Something was missed: what is shown has to be read anew."""


class Event:
    """One event, encoded once, whoever many are told.

    Args:
        name: What the stream calls it.
        data: A model, or a mapping of models.
        subject: The kind of thing that it is about, and the id of the row; 0 where there is only one.
    """

    __slots__ = ("data", "name", "subject", "text")

    def __init__(self, name: str, data: object, subject: Subject | None = None) -> None:
        self.name = name
        self.subject = (name, 0) if subject is None else subject
        self.data = _ANYTHING.dump_json(data)
        self.text = format_sse_event(event=name, data_str=self.data.decode())  #: as the stream has it

    @property
    def is_of_a_row(self) -> bool:
        """Return whether it is about one of many rows, all of which can be read again."""
        return self.subject[1] != 0


GAP = Event("gap", Gap())
