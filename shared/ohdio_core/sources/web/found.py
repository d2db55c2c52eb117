"""What the readers of this source find on a page, before it becomes a book of the domain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ohdio_core.domain.audiobook import BookDetails, BookRef, Media, MediaKind, Part
from ohdio_core.domain.identity import identity_of
from ohdio_core.sources.web import links


@dataclass(frozen=True, slots=True)
class Audio:
    """One recording that a page offers."""

    url: str
    title: str | None = None
    duration: timedelta | None = None
    size: int | None = None  #: bytes, as the page claims
    is_stream: bool = False  #: an HLS playlist

    def media(self) -> Media:
        """Return the medium to download."""
        return Media(self.url, MediaKind.HLS if self.is_stream else MediaKind.HTTP, size=self.size)


@dataclass(frozen=True, slots=True)
class FoundBook:
    """One book that a page offers or names."""

    details: BookDetails  #: without parts
    audio: tuple[Audio, ...] = ()
    url: str | None = None  #: where it has a page of its own
    published: datetime | None = None  #: when it appeared, with its time zone
    key: str | None = None  #: the recording's address that names it among others of its page, whichever are chosen

    @property
    def is_unopened(self) -> bool:
        """Return whether only the address of an ``.m3u8`` is known: it may be HLS, or a list of files."""
        return len(self.audio) == 1 and links.kind_of(self.audio[0].url) is links.LinkKind.STREAM

    def described(self) -> BookDetails:
        """Return the description with its parts, without addresses that are valid for minutes only."""
        parts = tuple(
            Part(
                index=index,
                external_id=links.audio_id(audio.url, is_stream=audio.is_stream),
                title=audio.title,
                duration=audio.duration,
                url=None if links.is_signed(audio.url) else audio.url,
                size=audio.size,
            )
            for index, audio in enumerate(self.audio)
        )
        durations = [part.duration for part in parts if part.duration is not None]
        total = sum(durations, timedelta()) if parts and len(durations) == len(parts) else None
        return replace(self.details, parts=parts, duration=self.details.duration or total)

    def ref(self, url: str) -> BookRef:
        """Return the book as a listing names it; parts that need another request are described later."""
        details = self.described() if self.audio and not self.is_unopened else None
        return BookRef(
            links.NAME,
            url,
            identity_of(url),
            self.details.title,
            self.details.authors,
            self.details.cover_url,
            details=details,
            published=self.published,
        )
