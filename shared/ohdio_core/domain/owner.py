"""Whose a folder of the library is: what its hidden marker says, with or without a database."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from ohdio_core.domain.audiobook import BookRef


@dataclass(frozen=True, slots=True)
class OwnerId:
    """A book, as the folder is marked that belongs to it for ever."""

    current: str  #: for instance "ohdio:42418"
    former: str | None = None  #: where an earlier version marked the folder of the same book otherwise

    @property
    def ids(self) -> tuple[str, ...]:
        """Give every id that means this book, today's first."""
        return (self.current,) if self.former is None else (self.current, self.former)


def owner_of(ref: BookRef) -> OwnerId:
    """Give whose the folder of a book is."""
    former = _former_id(ref)
    return OwnerId(
        f"{ref.source}:{ref.external_id}",
        None if former in (None, ref.external_id) else f"{ref.source}:{former}",
    )


def _former_id(ref: BookRef) -> str | None:
    """Give the id that the book's own link had until revision 0009, when ids knew http from https."""
    match ref.source:
        case "web" | "ytdlp":
            return ref.url
        case "rss":
            # A hash of the feed's address begins the ids of its items.
            feed = ref.url.partition("#")[0]
            return f"{sha256(feed.encode()).hexdigest()[:16]}{ref.external_id[16:]}"
        case _:
            return None
