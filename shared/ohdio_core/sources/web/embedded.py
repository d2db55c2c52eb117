"""Recordings in the body of a page: players, links to files and playlists, og:audio, feeds it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from ohdio_core.errors import PermanentError
from ohdio_core.sources.web import links
from ohdio_core.sources.web.document import Document, text_of
from ohdio_core.sources.web.found import Audio, without_doubles

_STREAM_TYPES = frozenset(
    {"application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl", "audio/x-mpegurl"}
)
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_PLAYABLE = frozenset({links.LinkKind.AUDIO, links.LinkKind.STREAM})
# What a link says that names no recording: the file's own name says more.
_EMPTY_WORDS = re.compile(
    r"(?:(?:download|télécharger|écouter|listen|play|audio|file|fichier|mp3|m4a|m4b|ogg|opus|flac|wav|aac|hls|here|ici"
    r"|the|le|this|now|en|\d+(?:[.,]\d+)?\s*[kmg]?i?[bo])[\s:.,()\[\]▶⬇-]*)*",
    re.IGNORECASE,
)
_LONGEST_TITLE = 300
_MOST_MENTIONS = 20_000  # of recordings, each in several forms, or of playlists


def read_audio(document: Document) -> tuple[Audio, ...]:
    """Give the recordings that a page plays or links to, in its order; og:audio only where it has no other.

    Raises:
        PermanentError: There are too many.
    """
    mentions = list(islice(_elements(document), _MOST_MENTIONS + 1))
    if len(mentions) > _MOST_MENTIONS:
        raise PermanentError(f"{document.url} links to more than {_MOST_MENTIONS:,} recordings; no book has that many.")
    if found := without_doubles(mentions):
        return found
    address = document.absolute(document.meta("og:audio:secure_url", "og:audio", "og:audio:url"))
    if address is None:
        return ()
    stated = document.meta("og:audio:type").lower()
    return (Audio(address, is_stream=_is_stream(address, stated)),)


def read_playlists(document: Document) -> tuple[str, ...]:
    """Give the playlists of files that a page links to.

    Raises:
        PermanentError: There are too many.
    """
    references = [
        reference
        for element in document.elements("a", "link")
        if links.names_file(reference := element.get("href") or "")
    ]
    if len(references) > _MOST_MENTIONS:
        raise PermanentError(
            f"{document.url} links to more than {_MOST_MENTIONS:,} playlists. Add some of them instead."
        )
    addresses = map(document.absolute, references)
    return tuple(
        dict.fromkeys(url for url in addresses if url is not None and links.kind_of(url) is links.LinkKind.PLAYLIST)
    )


def read_feeds(document: Document) -> tuple[str, ...]:
    """Give the feeds that a page's head names (``rel=alternate``), without those of its comments."""
    feeds: dict[str, None] = {}
    for element in document.elements("link", "a"):
        relations = (element.get("rel") or "").lower().split()
        stated = (element.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" not in relations or stated not in _FEED_TYPES:
            continue
        address = document.absolute(element.get("href"))
        if address is not None and "comment" not in f"{element.get('title') or ''} {address}".lower():
            feeds[address] = None
    return tuple(feeds)


def _elements(document: Document) -> Iterator[Audio]:
    for element in document.elements("audio", "a", "link"):
        if element.tag == "audio":
            yield from _player(element, document)
        elif element.tag == "a" or "enclosure" in (element.get("rel") or "").lower().split():
            reference = element.get("href") or ""
            address = document.absolute(reference) if links.names_file(reference) else None
            if address is not None and links.kind_of(address) in _PLAYABLE:
                yield Audio(address, _title(element, address), is_stream=_is_stream(address))


def _player(player: etree._Element, document: Document) -> Iterator[Audio]:
    """Yield what a player plays: of its sources one, as they are forms of the same recording."""
    choices = [(player.get("src"), player.get("type"))]
    choices += [(source.get("src"), source.get("type")) for source in player.iter("source")]
    offered = [
        Audio(address, is_stream=_is_stream(address, (stated or "").lower()))
        for reference, stated in choices
        if (address := document.absolute(reference)) is not None
    ]
    if offered:
        best = min(offered, key=lambda audio: (audio.is_stream, links.rank(audio.url)))
        said = " ".join((player.get("title") or player.get("aria-label") or "").split())
        yield Audio(best.url, said[:_LONGEST_TITLE] or None, is_stream=best.is_stream)


def _title(element: etree._Element, address: str) -> str:
    said = element.get("title") or text_of(element)
    said = " ".join(said.split())[:_LONGEST_TITLE]
    return links.name_in(address) if not said or _EMPTY_WORDS.fullmatch(said) else said


def _is_stream(address: str, stated: str = "") -> bool:
    return stated.partition(";")[0].strip() in _STREAM_TYPES or links.kind_of(address) is links.LinkKind.STREAM
