"""The owner of a folder in the library, as its hidden marker names it, with or without a database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnerId:
    """A book, as the folder is marked that belongs to it for ever."""

    current: str  #: source and external id: "ohdio:42418"
    former: str | None = None  #: where an earlier version marked the folder of the same book otherwise

    @property
    def ids(self) -> tuple[str, ...]:
        """Return every id that means this book, today's first."""
        return (self.current,) if self.former is None else (self.current, self.former)
