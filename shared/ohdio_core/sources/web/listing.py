"""Directory listings, as web servers make them (Apache, nginx, Caddy, lighttpd, Python and others)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit, urlunsplit

from ohdio_core.errors import PermanentError
from ohdio_core.sources.web import links
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.found import Audio, without_doubles

_TITLE = re.compile(r"(?:index of|directory listing|listing (?:of|for)|contents of|index de|folder)\b", re.IGNORECASE)
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
_COVERS = ("cover", "folder", "front", "couverture")
# One recording spread over several folders, as it was over several discs.
_DISC = re.compile(r"(?:cd|dis[ck]|disque|disc|part|partie|tape|vol(?:ume)?)[\s._-]*\d{1,3}", re.IGNORECASE)
_DIGITS = re.compile(r"(\d+)")
_MOST_FOREIGN = 50  # more than the entries: then it is a page like any other
_MOST_ENTRIES = 20_000  # as many as are kept of directories that are still to be read
_SHARE = 0.8  # of the links on a listing without a telling title that lead to its own entries


@dataclass(frozen=True, slots=True)
class Listing:
    """What a directory holds."""

    name: str
    audio: tuple[Audio, ...]  #: its files, "Chapter 2" before "Chapter 10"
    discs: tuple[str, ...]  #: subdirectories that hold more of the same book
    directories: tuple[str, ...]  #: the others
    cover_url: str | None


def read_listing(document: Document) -> Listing | None:
    """Read a directory listing; None when the page is something else.

    Raises:
        PermanentError: It lists too much.
    """
    here = _directory(document.url)
    entries: dict[str, None] = {}
    foreign = 0
    is_titled = bool(_TITLE.match(document.title()))
    for reference in map(str.strip, document.references()):
        if not reference or reference.startswith(("?", "#")):
            continue  # the columns' headings sort the listing
        address = links.absolute(reference, document.url)
        if address is not None and _is_entry(address, here):
            entries[address] = None
        elif address is None or not here.startswith(_directory(address)):
            foreign += 1  # whatever leads up is part of a listing, whatever leads elsewhere is not
            if not is_titled and foreign > _MOST_FOREIGN + len(entries):
                return None
    if not entries or (not is_titled and len(entries) < _SHARE * (len(entries) + foreign)):
        return None
    if len(entries) > _MOST_ENTRIES:
        raise PermanentError(
            f"{document.url} lists more than {_MOST_ENTRIES:,} files and directories. Add some of them instead."
        )
    ordered = sorted(entries, key=lambda url: natural_order(unquote(url)))
    files = [url for url in ordered if not urlsplit(url).path.endswith("/")]
    directories = [url for url in ordered if urlsplit(url).path.endswith("/")]
    audio = [
        Audio(url, links.name_in(url), is_stream=links.kind_of(url) is links.LinkKind.STREAM)
        for url in files
        if links.kind_of(url) in (links.LinkKind.AUDIO, links.LinkKind.STREAM)
    ]
    if not is_titled and not audio and not urlsplit(document.url).path.endswith("/"):
        return None
    discs = tuple(url for url in directories if _DISC.fullmatch(links.name_in(url)))
    return Listing(
        name=links.name_in(here),
        audio=without_doubles(audio),
        discs=discs,
        directories=tuple(url for url in directories if url not in set(discs)),
        cover_url=_cover(files),
    )


def natural_order(text: str) -> tuple[tuple[int, int, str], ...]:
    """Give the key by which people sort names: numbers by their value."""
    return tuple(
        # Longer runs of digits are no numbers, and Python refuses to read the longest.
        (0, int(piece), "") if piece.isascii() and piece.isdigit() and len(piece) < 19 else (1, 0, piece.casefold())
        for piece in _DIGITS.split(text)
        if piece
    )


def _directory(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rpartition("/")[0] + "/", "", ""))


def _is_entry(address: str, here: str) -> bool:
    rest = address.removeprefix(here)
    return (
        rest != address and bool(rest) and "?" not in rest and "/" not in rest.rstrip("/") and not rest.startswith("/")
    )


def _cover(files: list[str]) -> str | None:
    pictures = {
        path.stem.lower(): url
        for url in reversed(files)
        if (path := PurePosixPath(unquote(urlsplit(url).path))).suffix.lower() in _PICTURES
    }
    named = next((pictures[name] for name in _COVERS if name in pictures), None)
    return named or (next(iter(pictures.values())) if len(pictures) == 1 else None)
