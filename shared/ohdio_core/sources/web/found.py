"""What the readers of this source find on a page, before it becomes a book of the domain."""

from __future__ import annotations

from collections.abc import Iterable
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
        """Give what the downloader fetches."""
        return Media(self.url, MediaKind.HLS if self.is_stream else MediaKind.HTTP, size=self.size)


@dataclass(frozen=True, slots=True)
class FoundBook:
    """One book that a page offers or names."""

    details: BookDetails  #: without parts
    audio: tuple[Audio, ...] = ()
    url: str | None = None  #: where it has a page of its own
    published: datetime | None = None  #: when it appeared, with its time zone

    def described(self) -> BookDetails:
        """Give the description with its parts; addresses that are good for minutes only are left out."""
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
        """Give the book as a listing names it; one without audio is described from its own page later."""
        details = self.described() if self.audio else None
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


def without_doubles(audio: Iterable[Audio]) -> tuple[Audio, ...]:
    """Keep each recording once: of several forms of one (same address but for its ending) the best kept one.

    The order is that of the first mentions; a title, duration or size that only a later mention has is kept.
    """
    kept: dict[str, Audio] = {}
    for one in audio:
        key = links.without_ending(one.url)
        other = kept.get(key)
        if other is None:
            kept[key] = one
            continue
        better, worse = (one, other) if links.rank(one.url) < links.rank(other.url) else (other, one)
        is_same = better.url == worse.url
        kept[key] = replace(
            better,
            title=better.title or worse.title,
            duration=better.duration or worse.duration,
            size=better.size or (worse.size if is_same else None),
        )
    return tuple(kept.values())
