"""Where a scan of a feed goes on: at a document of it, or after an item in the middle of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

_AFTER = "after:"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a feed. The item is remembered by its key, not its number: feeds grow at the top meanwhile."""

    url: str  #: of the document
    after: str | None = None  #: the key of the last item that was read; None at the document's beginning

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a cursor that ``str`` wrote; a URL alone means the beginning."""
        if not text.startswith(_AFTER):
            return cls(text)
        after, _, url = text.removeprefix(_AFTER).partition(" ")
        return cls(url, after)

    def __str__(self) -> str:
        """Write the cursor as the scan keeps it."""
        return self.url if self.after is None else f"{_AFTER}{self.after} {self.url}"
