"""What a fetch needs from outside, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Protocol, Self

from ohdio_core.errors import TransientError
from ohdio_core.sentences import Sentence
from ohdio_downloader.fetch.endless import Allowance


class Control(Protocol):
    """The engine's hand on a running download."""

    def check(self) -> None:
        """Raise the engine's stop exception when this work should end; called at every chunk."""
        ...

    def guard(self, close: Callable[[], None]) -> AbstractContextManager[None]:
        """While inside, the engine may call ``close`` from another thread to end blocking I/O."""
        ...

    def begin_body(self, *, is_length_known: bool) -> None:
        """Report that bytes begin to come, and whether anybody told how many: those of others may never end."""
        ...

    def count_received(self, count: int) -> None:
        """Count bytes that came, also those that are not kept."""
        ...

    def paced(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what has come as fast as the limits of people allow; from several threads."""
        ...

    def advance(self, done: int, total: int | None) -> None:
        """Report the bytes of this part that are on disk, and how many are expected (None: unknown)."""
        ...


class MediaResponse(Protocol):
    """An answer whose body has not been read yet; redirects have been followed."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def url(self) -> str:
        """The address that answered in the end."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; names in lower case."""
        ...

    @property
    def codings(self) -> tuple[str, ...]:
        """How the body was compressed; then ranges and lengths in the headers are those of what was sent."""
        ...

    def iter_bytes(self, chunk_size: int) -> Iterator[bytes]:
        """Yield the body, decompressed, as it arrives, in chunks of at most ``chunk_size`` bytes."""
        ...

    def close(self) -> None:
        """End the connection; callable from another thread, whose blocked read then ends."""
        ...


class WholeResponse(Protocol):
    """A 2xx answer that was small enough to be read whole."""

    @property
    def url(self) -> str:
        """The address that answered in the end."""
        ...

    @property
    def body(self) -> bytes:
        """The body, decompressed."""
        ...


class MediaClient(Protocol):
    """The part of ``ohdio_core.sources.http.SiteClient`` that fetching uses.

    Both calls raise ``ohdio_core.errors`` alone, for what the network does.
    """

    def stream(self, url: str, *, headers: Mapping[str, str] | None = None) -> AbstractContextManager[MediaResponse]:
        """Send a GET and give the answer, whatever its status, before its body is read."""
        ...

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, max_bytes: int | None = None) -> WholeResponse:
        """Send a GET and read the answer whole; a status other than 2xx, or more than ``max_bytes``, is an error."""
        ...


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How a part is fetched, and when to give up for now."""

    stall: timedelta = timedelta(seconds=30)  #: this long without a useful number of bytes
    free_space_floor: int = 0  #: bytes that must stay free on the disk
    unannounced: Allowance = field(default_factory=Allowance)  #: for a part whose length its site does not announce
    segments_at_once: int = 4  #: of one playlist

    def of_part(self, stated: timedelta | None) -> Self:
        """Return the limits for a part whose sound is said to be ``stated`` long."""
        return replace(self, unannounced=self.unannounced.stating(stated))


class WrongBytes(TransientError):
    """All announced bytes came, and are not what they should be; where the same come again, they are the site's own.

    Args:
        said: The sentence that people read.
        digest: What tells these bytes from others.
    """

    def __init__(self, said: Sentence, digest: str) -> None:
        self.digest = digest
        super().__init__(said)


class Proof(Enum):
    """What shows that these are all the bytes that the site has."""

    NONE = "none"
    LENGTH = "length"  #: as many came as the site had announced; of a playlist, as many segments
    CHECKSUM = "checksum"  #: they have the checksum that the site tells


@dataclass(frozen=True, slots=True)
class Fetched:
    """A part that arrived whole, as the site serves it; nothing is known of its sound yet."""

    path: Path
    size: int  #: bytes
    content_type: str | None = None
    proof: Proof = Proof.NONE
