"""Lists that a page links to: the feeds that it names, and playlists."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.rss import links as feed_links
from ohdio_core.sources.web import links
from ohdio_core.sources.web.document import Document

#: What an address is told to be that leads to a feed, by the word of its server or of a page.
FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})
# So old sites name their feeds, and some nothing at all.
_XML_TYPES = frozenset({"text/xml", "application/xml"})
_MOST_FEEDS = 20  # of one page
_MOST_PLAYLISTS = 20_000


def read_feeds(document: Document) -> tuple[str, ...]:
    """Return the feeds that a page names (``rel=alternate``), without those of its comments.

    Where no type is said, the address has to look like a feed's.
    """
    return tuple(dict.fromkeys(islice(_feeds(document), _MOST_FEEDS)))


def read_playlists(document: Document) -> tuple[str, ...]:
    """Return the playlists of files that a page links to.

    Raises:
        PermanentError: There are too many.
    """
    mentioned = (element.get("href") or "" for element in document.elements("a", "link"))
    references = list(islice(filter(links.names_file, mentioned), _MOST_PLAYLISTS + 1))
    if len(references) > _MOST_PLAYLISTS:
        raise PermanentError(
            sentence(
                "page.too_many_playlists",
                "{link} links to more than {most:,} playlists. Add some of them instead.",
                link=document.url,
                most=_MOST_PLAYLISTS,
            )
        )
    addresses = map(document.absolute, references)
    return tuple(
        dict.fromkeys(url for url in addresses if url is not None and links.kind_of(url) is links.LinkKind.PLAYLIST)
    )


def _feeds(document: Document) -> Iterator[str]:
    for element in document.elements("link", "a"):
        if "alternate" not in (element.get("rel") or "").lower().split():
            continue
        stated = (element.get("type") or "").partition(";")[0].strip().lower()
        if stated and stated not in FEED_TYPES | _XML_TYPES:
            continue
        address = document.absolute(element.get("href"))
        if address is None or "comment" in f"{element.get('title') or ''} {address}".lower():
            continue
        if stated or feed_links.match(address) is not None:
            yield address
