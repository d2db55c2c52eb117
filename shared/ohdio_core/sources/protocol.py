"""What a source must answer; everything site-specific hides behind these four questions.

Three more protocols are optional: a source has them or not, which ``isinstance`` tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, Media, Part, SearchHit, Target
from ohdio_core.sentences import Sentence
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.strategies import StrategyChoice


class Source(Protocol):
    """One site, or one kind of site.

    One instance serves every thread, and keeps nothing of a book but for the client that asked.
    """

    name: str  #: stable, stored in rows: "ohdio", "rss"
    label: Sentence  #: for people: "OHdio (ici.radio-canada.ca/ohdio)"
    examples: tuple[str, ...]  #: links it understands, shown to people
    measures_durations: bool  #: the durations of parts are those of their very files, not what somebody wrote
    is_feed: bool  #: each of its listings is one document, made to be asked for again and again
    knows_kind_from_link: bool  #: ``match`` says for certain what a link is; otherwise only reading its page does

    def match(self, url: str) -> Target | None:
        """Return what the link leads to; None when it is not this source's. No I/O; never raises on any text."""
        ...

    def site_key(self, target_url: str) -> str:
        """Return the key of the site that this link is on: what is paced and, when it fails, left alone as one.

        It is the source's name where that knows its site, else the host.
        """
        ...

    @staticmethod
    def former_id(ref: BookRef) -> str | None:
        """Return the external id by which earlier versions of ohdio knew the book; None where it is still the same.

        Folders of the library carry it in their markers for ever. No I/O.
        """
        ...

    def discover(self, target: Target, http: SiteClient, cursor: str | None = None) -> Iterator[ListingPage]:
        """Yield the pages of a listing from ``cursor`` on, each as soon as it is read.

        Raises:
            PermanentError: The listing does not exist or cannot be read.
            TransientError: The site failed; what was yielded stands.
        """
        ...

    def describe(self, ref: BookRef, http: SiteClient) -> BookDetails:
        """Return a book's metadata and the ordered list of its parts.

        Raises:
            PermanentError: The book does not exist, or may not be played.
            TransientError: The site failed.
        """
        ...

    def resolve(self, ref: BookRef, part: Part, http: SiteClient) -> Media:
        """Return an address from which the part can be downloaded now.

        Raises:
            PermanentError: The part does not exist, or may not be played here.
            TransientError: The site failed.
        """
        ...


@runtime_checkable
class Searchable(Protocol):
    """A source whose catalogue can be searched."""

    def search(self, text: str, http: SiteClient, limit: int) -> list[SearchHit]:
        """Return books and collections that match words, best first, at most ``limit``; an empty list when none do.

        Raises:
            PermanentError: The site's answer cannot be read.
            TransientError: The site failed.
        """
        ...


@runtime_checkable
class Bindable(Protocol):
    """A source whose listings can each become one book."""

    def as_one_book(self, target: Target) -> Target:
        """Return the book that a listing becomes, with a part for everything that it lists. No I/O."""
        ...


@runtime_checkable
class Diagnosable(Protocol):
    """A source that can say which of its ways of reading the site still work."""

    known_items: tuple[str, ...]  #: links that were seen to exist, one for each kind of thing

    def choices(self, target: Target, http: SiteClient) -> Iterator[StrategyChoice[Any]]:
        """Yield every choice between strategies that reading ``target`` involves, for ``StrategyChoice.outcomes``."""
        ...
