"""What a link leads to, and what a person wants to have of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.protocol import Bindable, Source
from ohdio_core.sources.registry import SourceRegistry


class WantedAs(StrEnum):
    """What a listing is to become."""

    BOOKS = "books"  #: a book for everything that it names
    BOOK = "book"  #: one book, with a chapter for everything that it names


@dataclass(frozen=True, slots=True)
class Recognised:
    """A link that a source knows."""

    source: Source
    target: Target

    @property
    def site_key(self) -> str:
        """The name under which its requests are paced."""
        return self.source.site_key(self.target.url)


def recognise(registry: SourceRegistry, url: str, wanted_as: WantedAs) -> Recognised:
    """Return what a link is.

    Raises:
        PermanentError: Nobody can follow it, or it cannot become what is wanted.
    """
    source, target = registry.identify(url)
    if wanted_as is WantedAs.BOOK and target.kind is TargetKind.CATEGORY:
        if not isinstance(source, Bindable):
            raise PermanentError(
                sentence(
                    "link.no_feed",
                    "Only a feed can become one book, and {link} is none; add it without that wish.",
                    link=target.url,
                )
            )
        target = source.as_one_book(target)
    return Recognised(source, target)
