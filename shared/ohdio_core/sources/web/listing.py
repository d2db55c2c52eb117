"""Directory listings, as web servers make them (Apache, nginx, Caddy, lighttpd, Python and others)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit, urlunsplit

from lxml import etree

from ohdio_core.domain.natural_order import natural_order
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.web import links
from ohdio_core.sources.web.document import Document, text_of
from ohdio_core.sources.web.embedded import has_player
from ohdio_core.sources.web.forms import best_forms
from ohdio_core.sources.web.found import Audio
from ohdio_core.sources.web.linked_lists import read_feeds

# A path follows: what people call an index or a folder has a name.
_TITLE = re.compile(
    r"(?:index of|directory(?: listing)?(?: for| of)?:?|listing (?:of|for|directory)|contents of|index de|folder"
    r"|[\w.:-]+ -)\s*\[?/",
    re.IGNORECASE,
)
# What a page says of itself that somebody wrote; servers say at most by which program a listing was made.
_OF_AUTHORS = ("author", "og:title", "og:image", "og:type")
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
_COVERS = ("cover", "folder", "front", "couverture")
# One recording spread over several folders, as it was over several discs.
_DISC = re.compile(r"(?:cd|dis[ck]|disque|disc|part|partie|tape|vol(?:ume)?)[\s._-]*\d{1,3}", re.IGNORECASE)
_CUT = ("..>", "...", "…")  #: how servers end a name that is too long for its column
_MOST_OTHERS = 50  # links, more than those that show an entry's name: then it is a page like any other
_MOST_OTHERS_TITLED = 1000
_MOST_ENTRIES = 20_000  # as many as are kept of directories that are still to be read
_SHARE = 0.8  # of the links on a listing without a telling title that show the names of its entries


@dataclass(frozen=True, slots=True)
class DirectoryListing:
    """What a directory holds."""

    name: str
    audio: tuple[Audio, ...]  #: its files, "Chapter 2" before "Chapter 10"
    discs: tuple[str, ...]  #: subdirectories that hold more of the same book
    directories: tuple[str, ...]  #: the others
    cover_url: str | None


def read_listing(document: Document) -> DirectoryListing | None:
    """Read a directory listing; None when the page is something else.

    A server's title tells it, or the links: they show the names of what lies beside the page, and nothing else
    is there. Where the words are another's, or a feed or a player is, somebody made the page.

    Raises:
        PermanentError: It lists too much.
    """
    is_titled = bool(_TITLE.match(document.title()))
    if not is_titled and _is_made_by_hand(document):
        return None
    here = _directory(document.url)
    entries = _entries(document, here, is_titled=is_titled)
    if not entries:
        return None
    if len(entries) > _MOST_ENTRIES:
        raise PermanentError(
            sentence(
                "page.too_many_files",
                "{link} lists more than {most:,} files and directories. Add some of them instead.",
                link=document.url,
                most=_MOST_ENTRIES,
            )
        )
    ordered = sorted(entries, key=lambda url: natural_order(unquote(url)))
    files = [url for url in ordered if not urlsplit(url).path.endswith("/")]
    directories = [url for url in ordered if urlsplit(url).path.endswith("/")]
    discs = tuple(url for url in directories if _DISC.fullmatch(links.name_in(url)))
    return DirectoryListing(
        name=links.name_in(here),
        audio=_audio(files),
        discs=discs,
        directories=tuple(url for url in directories if url not in set(discs)),
        cover_url=_cover(files),
    )


def _is_made_by_hand(document: Document) -> bool:
    return (
        not urlsplit(document.url).path.endswith("/")
        or bool(document.meta(*_OF_AUTHORS))
        or has_player(document)
        or bool(read_feeds(document))
    )


def _entries(document: Document, here: str, *, is_titled: bool) -> list[str]:
    """Return the addresses of a listing's entries; none where the page is something else."""
    entries: dict[str, None] = {}
    named = set[str]()
    foreign = 0
    most_others = _MOST_OTHERS_TITLED if is_titled else _MOST_OTHERS
    for link in document.elements("a"):
        reference = (link.get("href") or "").strip()
        if not reference or reference.startswith(("?", "#")):
            continue  # the columns' headings sort the listing
        address = document.absolute(reference)
        if address is not None and _is_entry(address, here):
            entries[address] = None
            # With a picture before it, an entry may have two links.
            if is_titled or _shows(link, address.removeprefix(here)):
                named.add(address)
        elif address is None or not here.startswith(address.partition("?")[0]):
            foreign += 1  # whatever leads up is part of a listing, whatever leads elsewhere is not
        if foreign + len(entries) - len(named) > most_others + len(named):
            return []
        if len(entries) > _MOST_ENTRIES:
            break
    return list(entries) if len(named) >= _SHARE * (len(entries) + foreign) or is_titled else []


def _shows(link: etree._Element, name: str) -> bool:
    """Return whether a link shows the name of what it leads to, and of a directory that it is one."""
    names = (" ".join(unquote(name).split()), name)
    for said in (text_of(link), (link.get("title") or "").strip()):
        if said in names:
            return True
        cut = next((said.removesuffix(end) for end in _CUT if said.endswith(end)), "")
        if cut and names[0].startswith(cut):
            return True
    return False


def _audio(files: list[str]) -> tuple[Audio, ...]:
    """Return the recordings; an ``.m3u8`` beside others is a list of them, or all of them again."""
    recordings = [Audio(url, links.name_in(url)) for url in files if links.kind_of(url) is links.LinkKind.AUDIO]
    streams = (url for url in files if links.kind_of(url) is links.LinkKind.STREAM)
    return best_forms(recordings or (Audio(url, links.name_in(url), is_stream=True) for url in streams))


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
