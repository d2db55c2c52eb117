"""What a book is, as a source describes it: plain frozen records that travel between layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from ohdio_core.control_characters import OfCleanText
from ohdio_core.domain.rhythm import AT_ANY_TIME, Rhythm
from ohdio_core.sentences import Sentence

#: The kind of match key of books that were stored before match keys were; looked up, stored for no other book.
FORMER_KEY = "former"


class TargetKind(StrEnum):
    """What a link leads to."""

    CATEGORY = "category"  #: a listing of books: a category page, a feed
    AUDIOBOOK = "audiobook"  #: one book


@dataclass(frozen=True, slots=True)
class Target:
    """A link that a source recognised."""

    kind: TargetKind
    source: str  #: the source's name in the registry, for instance "ohdio"
    url: str  #: canonical: the same thing has the same URL, however it was pasted
    external_id: str  #: the site's own id, unique within the source


@dataclass(frozen=True, slots=True)
class Chapter(OfCleanText):
    """A named place within a part."""

    start: timedelta  #: from the beginning of the part
    title: str


@dataclass(frozen=True, slots=True)
class Part(OfCleanText):
    """One file of a book, in listening order."""

    index: int  #: from 0
    external_id: str  #: the site's id of the medium; never unique by itself
    title: str | None = None
    duration: timedelta | None = None
    url: str | None = None  #: only where the address is stable; signed ones are resolved just in time
    size: int | None = None  #: bytes, as the site claims
    checksum: tuple[str, str] | None = None  #: (algorithm as hashlib names it, hex digest), of what ``url`` gives
    narrators: tuple[str, ...] = ()  #: who reads this part, where each has its own reader
    chapters: tuple[Chapter, ...] = ()  #: in order of their starts
    chapters_url: str | None = None  #: a Podcasting 2.0 chapters file, where the chapters are not listed themselves
    transcript_url: str | None = None  #: the spoken text, best with times (WebVTT, SubRip)


@dataclass(frozen=True, slots=True)
class BookDetails(OfCleanText):
    """Everything a source knows of a book."""

    title: str
    authors: tuple[str, ...] = ()
    narrators: tuple[str, ...] = ()
    description: str | None = None
    publisher: str | None = None
    published_year: int | None = None
    published_on: date | None = None  #: the day, where it is known
    genre: str | None = None  #: several with "; " between them
    isbn: str | None = None  #: without hyphens
    asin: str | None = None  #: Amazon's number of it
    audience: str | None = None  #: whom it is for, in the site's words: "9-12 ans"
    page_count: int | None = None  #: of the printed book
    translators: tuple[str, ...] = ()
    language: str | None = None  #: BCP 47, for instance "fr"
    series: str | None = None
    series_position: str | None = None
    show: str | None = None  #: what it appeared in, where nobody is named as its author
    episode_of: str | None = None  #: the show in whose folder it is to be filed among others, as players of podcasts do
    cover_url: str | None = None
    duration: timedelta | None = None
    parts: tuple[Part, ...] = ()
    note: Sentence | None = None  #: what people should know of it, though it could be read

    @property
    def is_episode(self) -> bool:
        """Return whether it is filed among the episodes of its show; what has several parts has a folder of its own."""
        return self.episode_of is not None and len(self.parts) == 1

    @property
    def shelf(self) -> tuple[str, ...]:
        """Return the names under which the book stands in a library: its authors', else its show's."""
        return self.authors or ((self.show,) if self.show else ())

    @property
    def published(self) -> str | None:
        """Return when it appeared, by ISO 8601: the day, or the year where no more is known, or a person said it."""
        if self.published_year is None:
            return None
        day = day_within(self.published_on, self.published_year)
        return f"{self.published_year:04}" if day is None else day.isoformat()

    @property
    def readers(self) -> tuple[str, ...]:
        """Return all who read any of it: the book's narrators, then those of single parts."""
        of_parts = (name for part in self.parts for name in part.narrators)
        return tuple(dict.fromkeys((*self.narrators, *of_parts)))


def day_within(day: date | None, year: int | None) -> date | None:
    """Return the day on which a book appeared; None where it is said of another year, as by a person it is."""
    return day if day is not None and day.year == year else None


@dataclass(frozen=True, slots=True)
class BookRef(OfCleanText):
    """A book as a listing names it: enough to know it again, and to show it."""

    source: str
    url: str  #: canonical
    external_id: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    cover_url: str | None = None
    details: BookDetails | None = None  #: what the listing says of it; complete when it has parts
    published: datetime | None = None  #: when it appeared, with its time zone, where the listing tells
    #: By what else a book is recognised whose listing changes its id, as "kind-hash", the most certain first
    #: (``ohdio_core.collection.match_keys``).
    match_keys: tuple[str, ...] = ()

    @property
    def complete_details(self) -> BookDetails | None:
        """Return the description where the listing gives all of it, so that its site need not be asked; else None."""
        return self.details if self.details is not None and self.details.parts else None


@dataclass(frozen=True, slots=True)
class SearchHit(OfCleanText):
    """What a search found: a book, or a listing of several."""

    target: Target
    title: str
    authors: tuple[str, ...] = ()
    cover_url: str | None = None
    note: str | None = None  #: what it is, in the site's words: "Livre audio • Roman"


@dataclass(frozen=True, slots=True)
class ListingPage(OfCleanText):
    """One page of a listing."""

    books: tuple[BookRef, ...]
    next_cursor: str | None  #: where to go on; None on the last page
    title: str | None = None  #: the listing's own name
    total: int | None = None  #: how many books the listing claims to have
    #: How many entries are no books, by what they have in the place of sound ("a video"); not counted twice.
    left_out: Mapping[Sentence, int] = field(default_factory=dict)
    note: Sentence | None = None  #: what people should know of the listing, though it was read
    rhythm: Rhythm = AT_ANY_TIME  #: how often it wants to be asked
    is_feed: bool = False  #: of a feed, whatever link led to it


class MediaKind(StrEnum):
    """How a medium is fetched."""

    HTTP = "http"  #: one file
    HLS = "hls"  #: a playlist of segments


@dataclass(frozen=True, slots=True)
class Media:
    """An address that can be downloaded now: signed ones are valid for two minutes."""

    url: str
    kind: MediaKind
    headers: dict[str, str] = field(default_factory=dict)
    size: int | None = None  #: bytes, as the site claims; checked when ``is_size_exact``
    is_size_exact: bool = False  #: feeds lie about sizes; media servers do not
    checksum: tuple[str, str] | None = None  #: (algorithm as hashlib names it, hex digest)
    content_type: str | None = None
    expires_at: datetime | None = None
