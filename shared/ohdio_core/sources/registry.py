"""The sources there are, in the order in which they are asked. Adding one is one line here."""

from __future__ import annotations

from ohdio_core.current import Current
from ohdio_core.domain.audiobook import Target
from ohdio_core.domain.typed_link import complete_link
from ohdio_core.errors import PermanentError, UnsupportedUrl
from ohdio_core.sentences import alternatives, sentence
from ohdio_core.sources.archive import ArchiveSource
from ohdio_core.sources.canonical import canonical_url, refuse_reason
from ohdio_core.sources.handed_over import handed_over
from ohdio_core.sources.http import ClientSettings
from ohdio_core.sources.librivox import LibrivoxSource
from ohdio_core.sources.ohdio import OhdioSource
from ohdio_core.sources.protected import protected_reason
from ohdio_core.sources.protocol import Source
from ohdio_core.sources.rss import RssSource
from ohdio_core.sources.rss.links import fetchable
from ohdio_core.sources.web import WebSource
from ohdio_core.sources.ytdlp.source import YtdlpSource, host_of_ytdlp, is_installed

#: Sources that know their site come before those that take any host; web pages take what is left.
SOURCES: tuple[Source, ...] = (OhdioSource(), LibrivoxSource(), ArchiveSource(), RssSource(), WebSource())

_LAST = WebSource.name


def offered(http: ClientSettings | Current[ClientSettings], *, with_ytdlp: bool) -> tuple[Source, ...]:
    """Return the sources of this installation: yt-dlp only where it is enabled and installed.

    It comes before web pages for the sites that nothing else reads; of any other page the web source reads what
    it can, and asks yt-dlp where it finds nothing.
    """
    if not with_ytdlp or not is_installed():
        return SOURCES
    ytdlp = YtdlpSource(http)
    return (*SOURCES[:-1], ytdlp, WebSource(last_resort=ytdlp))


class SourceRegistry:
    """Finds the source of a link.

    Args:
        private: Reads what is followed privately, which no link leads to.
    """

    def __init__(self, sources: tuple[Source, ...] = SOURCES, private: Source | None = None) -> None:
        self.sources = sources
        self._private = private
        self._has_ytdlp = any(source.name == YtdlpSource.name for source in sources)

    def identify(self, url: str) -> tuple[Source, Target]:
        """Return the source that reads a link, and what the link leads to; one without ``https://`` is accepted.

        Raises:
            UnsupportedUrl: No source knows it; the sentence lists what is supported.
            PermanentError: It is not a link that anybody could follow, all that is there is protected (DRM), or only
                yt-dlp reads it, which is not used here; the sentence says why.
        """
        url = handed_over(complete_link(url))
        if (reason := refuse_reason(url) or protected_reason(url)) is not None:
            raise PermanentError(reason)
        # A reader's scheme only hands a link over: it is what it is by https.
        web_link = fetchable(canonical_url(url))
        for source in self.sources:
            if (target := source.match(web_link) or source.match(url)) is not None:
                if source.name == _LAST and not self._has_ytdlp and (host := host_of_ytdlp(target.url)) is not None:
                    raise PermanentError(
                        sentence(
                            "link.needs_ytdlp",
                            "Only yt-dlp reads what is on {host}, and it is not used here: "
                            '`pip install "ohdio[ytdlp]"` installs it, OHDIO_YTDLP=true turns it on.',
                            host=host,
                        )
                    )
                return source, target
        raise UnsupportedUrl(url.strip(), alternatives(*(source.label for source in self.sources)))

    def by_name(self, name: str) -> Source:
        """Return the source of a stored row.

        Raises:
            PermanentError: There is no such source (any more).
        """
        for source in filter(None, (*self.sources, self._private)):
            if source.name == name:
                return source
        raise PermanentError(sentence("source.unknown", "This version has no source called {source!r}.", source=name))
