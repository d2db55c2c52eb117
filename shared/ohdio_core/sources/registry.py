"""The sources there are, in the order in which they are asked. Adding one is one line here."""

from __future__ import annotations

from ohdio_core.domain.audiobook import Target
from ohdio_core.domain.identity import refuse_reason
from ohdio_core.errors import PermanentError, UnsupportedUrl
from ohdio_core.sources.ohdio import OhdioSource
from ohdio_core.sources.protocol import Source
from ohdio_core.sources.rss import RssSource

#: Sources that know their site come before those that take any host.
SOURCES: tuple[Source, ...] = (OhdioSource(), RssSource())


class SourceRegistry:
    """Finds the source of a link."""

    def __init__(self, sources: tuple[Source, ...] = SOURCES) -> None:
        self.sources = sources

    def identify(self, url: str) -> tuple[Source, Target]:
        """Say what a link is, and which source reads it.

        Raises:
            UnsupportedUrl: No source knows it; the sentence lists what is supported.
            PermanentError: It is not a link that anybody could follow; the sentence says why.
        """
        if (reason := refuse_reason(url)) is not None:
            raise PermanentError(reason)
        for source in self.sources:
            if (target := source.match(url)) is not None:
                return source, target
        raise UnsupportedUrl(url.strip(), "; ".join(source.label for source in self.sources))

    def by_name(self, name: str) -> Source:
        """Give the source of a stored row.

        Raises:
            PermanentError: There is no such source (any more).
        """
        for source in self.sources:
            if source.name == name:
                return source
        raise PermanentError(f"This version has no source called {name!r}.")
