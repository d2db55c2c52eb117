"""Recordings in the body of a page: what it plays and links to, and og:audio."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from lxml import etree

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.web import links
from ohdio_core.sources.web.deduplication import Deduplicate, keep_all
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.forms import best_forms, best_of, piece_of
from ohdio_core.sources.web.found import Audio
from ohdio_core.sources.web.labels import HEADINGS, Labels, text_of_link, title_of_player
from ohdio_core.sources.web.scripted import recordings_of_scripts

_STREAM_TYPES = frozenset(
    {"application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl", "audio/x-mpegurl"}
)
_LIST_TYPES = frozenset({"audio/x-scpls", "audio/scpls"})
_MOST_MENTIONS = 10_000  # of recordings, each in several forms
_PLAYERS = ("audio", "amp-audio", "video")
_FOR_SMALL_SCREENS = re.compile(r"max-(?:device-)?width", re.IGNORECASE)
_MAY_BE_SOUND = ("og:audio:secure_url", "og:audio", "og:audio:url")
_SOUND_IF_NAMED_SO = ("twitter:player:stream", "og:video:secure_url", "og:video", "og:video:url")
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-url")
_MOST_SOURCES = 20  # of one player


def read_audio(document: Document, one_each: Deduplicate = keep_all) -> tuple[Audio, ...]:
    """Return the recordings that a page plays or links to, in its order; og:audio only where it has no other.

    What it gives to scripts alone comes last.

    A link to an ``.m3u8`` beside recordings is a list of these, or all of them again, so it counts by itself only.

    Args:
        document: The page.
        one_each: Leaves out what only the site can tell to be a recording once more.

    Raises:
        PermanentError: There are too many.
    """
    for kind in (links.LinkKind.AUDIO, links.LinkKind.STREAM):
        if found := _mentioned(document, kind, one_each):
            return found
    address = document.absolute(document.meta(*_MAY_BE_SOUND)) or _named_sound(document)
    if address is None:
        return one_each(recordings_of_scripts(document))
    stated = document.meta("og:audio:type").lower()
    return (Audio(address, is_stream=_is_stream(address, stated)),)


def _named_sound(document: Document) -> str | None:
    """Return the address in the head of a page that is of a film elsewhere, where its ending says that it is sound."""
    addresses = (document.absolute(document.meta(name)) for name in _SOUND_IF_NAMED_SO)
    return next((each for each in addresses if each and links.kind_of(each) is links.LinkKind.AUDIO), None)


def has_player(document: Document) -> bool:
    """Return whether a page has a player."""
    return next(document.elements("audio"), None) is not None


def _mentioned(document: Document, kind: links.LinkKind, one_each: Deduplicate) -> tuple[Audio, ...]:
    mentions = list(islice(_mentions(document, kind), _MOST_MENTIONS + 1))
    if len(mentions) > _MOST_MENTIONS:
        raise PermanentError(
            sentence(
                "page.too_many_links",
                "{link} links to more than {most:,} recordings; no book has that many.",
                link=document.url,
                most=_MOST_MENTIONS,
            )
        )
    labels: dict[str, str] = {}
    for audio, label in mentions:
        if label is not None:
            labels.setdefault(piece_of(audio.url), label)
    return _named(one_each(best_forms(audio for audio, _ in mentions)), labels)


def _mentions(document: Document, kind: links.LinkKind) -> Iterator[tuple[Audio, str | None]]:
    """Yield what a page plays, and the links of one kind, each with what stands beside it.

    A link inside of a player is for browsers that cannot play: its recording again, to be downloaded.
    """
    playing: etree._Element | None = None
    labels = Labels()
    for event, element in etree.iterwalk(
        document.root, events=("start", "end"), tag=(*_PLAYERS, "a", "link", *HEADINGS)
    ):
        if event == "end":
            playing = None if element is playing else playing
        elif element.tag in HEADINGS:
            labels.below(element)
        elif element.tag in _PLAYERS:
            recordings = _player(element, document)
            yield from ((audio, labels.beside(element)) for audio in recordings)
            playing = element if recordings and playing is None else playing
        elif (element.tag == "a" and playing is None) or _is_enclosure(element):
            reference = element.get("href") or ""
            is_named = links.names_file(reference)
            is_said = not is_named and kind is links.LinkKind.AUDIO and _is_called_sound(element)
            address = document.absolute(reference) if is_named or is_said else None
            if address is not None and (is_said or links.kind_of(address) is kind):
                is_stream = kind is links.LinkKind.STREAM
                audio = Audio(links.without_number(address), text_of_link(element), is_stream=is_stream)
                yield audio, labels.beside(element)


def _is_enclosure(element: etree._Element) -> bool:
    relations = (element.get("rel") or "").lower().split()
    if element.tag != "link":
        return False
    return "enclosure" in relations or "audio_src" in relations or ("alternate" in relations and _is_sound(element))


def _is_called_sound(element: etree._Element) -> bool:
    """Return whether a link without an ending says that it is sound: by its type, or the name of what is saved."""
    return _is_sound(element) or links.names_file(element.get("download") or "")


def _is_sound(element: etree._Element) -> bool:
    said = (element.get("type") or "").strip().lower()
    return said.startswith("audio/") and said.partition(";")[0].strip() not in _STREAM_TYPES | _LIST_TYPES


def _player(player: etree._Element, document: Document) -> tuple[Audio, ...]:
    """Return what a player plays: one of its sources, as they are forms of the same recording."""
    sources = islice(player.iter("source"), _MOST_SOURCES)
    elements = [player, *sorted(sources, key=lambda each: bool(_FOR_SMALL_SCREENS.search(each.get("media") or "")))]
    offered = [
        Audio(links.without_number(address), is_stream=_is_stream(address, (each.get("type") or "").lower()))
        for each in elements
        if (address := _played(each, document)) is not None and (player.tag != "video" or _is_heard(each, address))
    ]
    if not offered:
        return ()
    return (replace(best_of(offered), title=title_of_player(player)),)


def _is_heard(element: etree._Element, address: str) -> bool:
    """Return whether what a player of films plays is sound."""
    return _is_sound(element) or links.kind_of(address) is links.LinkKind.AUDIO


def _played(element: etree._Element, document: Document) -> str | None:
    """Return the address that an element plays; lazy ones have it elsewhere until somebody presses them."""
    own = [element.get(name) for name in ("src", *_LAZY)]
    others = [said for name, said in element.attrib.items() if str(name).startswith("data-")]
    candidates = [*own, *(str(said) for said in others if links.names_file(str(said)))]
    resolved = (document.absolute(said) for said in candidates if said and not said.startswith("#"))
    return next((address for address in resolved if address is not None), None)


def _named(found: tuple[Audio, ...], labels: Mapping[str, str]) -> tuple[Audio, ...]:
    """Title untitled recordings by the text beside them, where that tells all of them apart; else by their files."""
    if len(found) == 1:
        return found  # the page is about it, and says more than the name of a file
    silent = [piece_of(audio.url) for audio in found if not audio.title]
    # One alone would be called whatever stands above it: a heading of the page, as likely as one of its own.
    are_distinct = 1 < len(silent) == len({labels.get(piece) for piece in silent} - {None})
    return tuple(
        replace(audio, title=audio.title or (labels[piece_of(audio.url)] if are_distinct else _file_name(audio.url)))
        for audio in found
    )


def _file_name(url: str) -> str | None:
    return None if links.kind_of(url) is links.LinkKind.PAGE else links.name_in(url)


def _is_stream(address: str, stated: str = "") -> bool:
    return stated.partition(";")[0].strip() in _STREAM_TYPES or links.kind_of(address) is links.LinkKind.STREAM
