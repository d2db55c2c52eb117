"""Recordings in the body of a page: what it plays and links to, and og:audio."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from lxml import etree

from ohdio_core.errors import PermanentError
from ohdio_core.sources.web import links
from ohdio_core.sources.web.document import Document, text_of
from ohdio_core.sources.web.forms import best_of, without_doubles
from ohdio_core.sources.web.found import Audio

_STREAM_TYPES = frozenset(
    {"application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl", "audio/x-mpegurl"}
)
# What a link says that names no recording: the file's own name says more.
_EMPTY_WORDS = re.compile(
    r"[\s:.,()\[\]▶⬇-]*"
    r"(?:(?:download|télécharger|écouter|listen|play|audio|file|fichier|mp3|m4a|m4b|ogg|opus|flac|wav|aac|hls|here|ici"
    r"|the|le|this|now|en|\d+(?:[.,]\d+)?\s*[kmg]?i?[bo])[\s:.,()\[\]▶⬇-]*)*",
    re.IGNORECASE,
)
_LONGEST_TITLE = 300
_MOST_MENTIONS = 10_000  # of recordings, each in several forms
_MOST_SOURCES = 20  # of one player


def read_audio(document: Document) -> tuple[Audio, ...]:
    """Give the recordings that a page plays or links to, in its order; og:audio only where it has no other.

    A link to an ``.m3u8`` beside recordings is a list of these, or all of them again, so it counts by itself only.

    Raises:
        PermanentError: There are too many.
    """
    if found := _mentioned(document, links.LinkKind.AUDIO) or _mentioned(document, links.LinkKind.STREAM):
        return found
    address = document.absolute(document.meta("og:audio:secure_url", "og:audio", "og:audio:url"))
    if address is None:
        return ()
    stated = document.meta("og:audio:type").lower()
    return (Audio(address, is_stream=_is_stream(address, stated)),)


def has_player(document: Document) -> bool:
    """Say whether a page plays something."""
    return next(document.elements("audio"), None) is not None


def _mentioned(document: Document, kind: links.LinkKind) -> tuple[Audio, ...]:
    mentions = list(islice(_mentions(document, kind), _MOST_MENTIONS + 1))
    if len(mentions) > _MOST_MENTIONS:
        raise PermanentError(f"{document.url} links to more than {_MOST_MENTIONS:,} recordings; no book has that many.")
    return tuple(_named(audio) for audio in without_doubles(mentions))


def _mentions(document: Document, kind: links.LinkKind) -> Iterator[Audio]:
    """Yield what a page plays, and the links of one kind.

    A link inside of a player is for browsers that cannot play: its recording again, to be downloaded.
    """
    playing: etree._Element | None = None
    for event, element in etree.iterwalk(document.root, events=("start", "end"), tag=("audio", "a", "link")):
        if event == "end":
            playing = None if element is playing else playing
        elif element.tag == "audio":
            recordings = _player(element, document)
            yield from recordings
            playing = element if recordings and playing is None else playing
        elif (element.tag == "a" and playing is None) or _is_enclosure(element):
            reference = element.get("href") or ""
            address = document.absolute(reference) if links.names_file(reference) else None
            if address is not None and links.kind_of(address) is kind:
                is_stream = kind is links.LinkKind.STREAM
                yield Audio(links.without_number(address), _title(element), is_stream=is_stream)


def _is_enclosure(element: etree._Element) -> bool:
    return element.tag == "link" and "enclosure" in (element.get("rel") or "").lower().split()


def _player(player: etree._Element, document: Document) -> tuple[Audio, ...]:
    """Give what a player plays: of its sources one, as they are forms of the same recording."""
    choices = [(player.get("src"), player.get("type"))]
    choices += [(source.get("src"), source.get("type")) for source in islice(player.iter("source"), _MOST_SOURCES)]
    offered = [
        Audio(links.without_number(address), is_stream=_is_stream(address, (stated or "").lower()))
        for reference, stated in choices
        if (address := document.absolute(reference)) is not None
    ]
    if not offered:
        return ()
    said = " ".join((player.get("title") or player.get("aria-label") or "").split())
    return (replace(best_of(offered), title=said[:_LONGEST_TITLE] or None),)


def _title(link: etree._Element) -> str | None:
    for words in (link.get("title") or "", text_of(link)):
        said = " ".join(words.split())[:_LONGEST_TITLE]
        if not _EMPTY_WORDS.fullmatch(said):
            return said
    return None


def _named(audio: Audio) -> Audio:
    """Name a recording by its file where nothing says more."""
    if audio.title or links.kind_of(audio.url) is links.LinkKind.PAGE:
        return audio
    return replace(audio, title=links.name_in(audio.url))


def _is_stream(address: str, stated: str = "") -> bool:
    return stated.partition(";")[0].strip() in _STREAM_TYPES or links.kind_of(address) is links.LinkKind.STREAM
