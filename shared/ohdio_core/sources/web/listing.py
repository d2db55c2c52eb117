"""Directory listings, as web servers make them (Apache, nginx, Caddy, lighttpd, Python and others)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from lxml import etree

from ohdio_core.domain.natural_order import natural_order
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.web import links
from ohdio_core.sources.web.document import Document, text_of
from ohdio_core.sources.web.embedded import has_player
from ohdio_core.sources.web.entries import Entry, Place, place_of
from ohdio_core.sources.web.forms import best_forms
from ohdio_core.sources.web.found import Audio
from ohdio_core.sources.web.linked_lists import read_feeds
from ohdio_core.sources.web.listing_marks import count_dates, is_of_known_program, is_titled
from ohdio_core.sources.web.part_numbers import without_numbers

# What a page says of itself that somebody wrote; servers say at most by which program a listing was made.
_OF_AUTHORS = ("author", "og:title", "og:image", "og:type")
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
_COVERS = ("cover", "folder", "front", "couverture")
# One recording spread over several folders, as it was over several discs.
_DISC = re.compile(
    r"(?:cd|dis[ck]|disque|disc|part|partie|teil|tape|cassette|kassette|vol(?:ume)?)[\s._-]*\d{1,3}"
    r"(?:\s*(?:of|de|sur|von|/)\s*\d{1,3})?",
    re.IGNORECASE,
)
_DISC_AFTER_NAME = " .,_-–—([)]"
_CUT = ("..>", "...", "…")  #: how servers end a name that is too long for its column
_MOST_OF_PROGRAM = 3  # links of the program that made a listing
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

    A server's title tells it, or a program's marks, or the links: they show the names of what lies beside the page, and
    nothing else is there. Where the words are another's, or a feed or a player is, somebody made the page.

    Raises:
        PermanentError: It lists too much.
    """
    is_certain = is_titled(document) or is_of_known_program(document)
    if not is_certain and _is_made_by_hand(document):
        return None
    place = place_of(document)
    entries = _entries(document, place, is_certain=is_certain)
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
    ordered = sorted(entries, key=lambda entry: natural_order(entry.name))
    files = [entry for entry in ordered if not entry.is_directory]
    discs = tuple(entry.url for entry in ordered if entry.is_directory and _is_disc(entry.name, place.name))
    return DirectoryListing(
        name=place.name,
        audio=_audio(files),
        discs=discs,
        directories=tuple(entry.url for entry in ordered if entry.is_directory and entry.url not in discs),
        cover_url=_cover(files),
    )


def _is_disc(name: str, of: str) -> bool:
    """Return whether a directory is one of the discs of the book above, whose name may stand before the disc's."""
    own = name.removeprefix(of).strip(_DISC_AFTER_NAME) if name != of else name
    return _DISC.fullmatch(own) is not None


def _is_made_by_hand(document: Document) -> bool:
    return (
        not urlsplit(document.url).path.endswith("/")
        or bool(document.meta(*_OF_AUTHORS))
        or has_player(document)
        or bool(read_feeds(document))
    )


class _Links:
    """The links of a page that may list a directory, counted.

    Args:
        place: The directory.
        is_certain: Whether the page is a listing by other signs, so that its links need not show it.
    """

    def __init__(self, place: Place, *, is_certain: bool) -> None:
        self._place = place
        self._is_certain = is_certain
        self._most_others = _MOST_OTHERS_TITLED if is_certain else _MOST_OTHERS
        self.entries: dict[str, Entry] = {}
        self._named = set[str]()
        self._plain = set[str]()  # directories that are shown without their slash, as pages are, too
        self._foreign = 0

    def add(self, link: etree._Element, address: str | None) -> None:
        """Count a link."""
        entry = None if address is None else self._place.entry_at(address)
        if entry is not None:
            self.entries.setdefault(entry.url, entry)
            # With a picture before it, an entry may have two links.
            shown = self._is_certain or _shows(link, entry)
            if shown is not False:
                (self._plain if shown is None else self._named).add(entry.url)
        elif address is None or not self._place.is_around(address):
            self._foreign += 1  # whatever leads up is part of a listing, whatever leads elsewhere is not

    @property
    def are_of_another_page(self) -> bool:
        """Return whether so many lead elsewhere, or show no names, that the page is none."""
        others = self._foreign + len(self.entries) - len(self._named) - len(self._plain)
        return others > self._most_others + len(self._named)

    def are_of_a_listing(self, document: Document) -> bool:
        """Return whether the page lists its directory: by the links alone, or by dates beside every entry."""
        if self._is_certain or len(self._named) >= _SHARE * (len(self.entries) + self._foreign):
            return True
        # A link of its program may stand below.
        are_all_shown = len(self._named | self._plain) == len(self.entries) and self._foreign <= _MOST_OF_PROGRAM
        return are_all_shown and count_dates(document) >= len(self.entries)


def _entries(document: Document, place: Place, *, is_certain: bool) -> list[Entry]:
    """Return a listing's entries; none where the page is something else."""
    links_of_page = _Links(place, is_certain=is_certain)
    for link in document.elements("a"):
        reference = (link.get("href") or "").strip()
        if not reference or reference.startswith("#"):
            continue
        links_of_page.add(link, document.absolute(reference))
        if links_of_page.are_of_another_page:
            return []
        if len(links_of_page.entries) > _MOST_ENTRIES:
            break
    found = list(links_of_page.entries.values())
    return found if found and links_of_page.are_of_a_listing(document) else []


def _shows(link: etree._Element, entry: Entry) -> bool | None:
    """Return whether a link shows the name of what it leads to, and of a directory that it is one.

    None where it shows that of a directory as if it were a file's.
    """
    slash = "/" if entry.is_directory else ""
    names = (f"{' '.join(entry.name.split())}{slash}", f"{entry.written}{slash}")
    for said in (text_of(link), (link.get("title") or "").strip()):
        if said in names:
            return True
        cut = next((said.removesuffix(end) for end in _CUT if said.endswith(end)), "")
        if cut and names[0].startswith(cut):
            return True
        if slash and said and f"{said}/" in names:
            return None
    return False


def _audio(files: list[Entry]) -> tuple[Audio, ...]:
    """Return the recordings; an ``.m3u8`` beside others is a list of them, or all of them again."""
    recordings = [entry.url for entry in files if links.kind_of(entry.url) is links.LinkKind.AUDIO]
    if recordings:
        audio = best_forms(Audio(url, links.name_in(url)) for url in recordings)
        titles = without_numbers([one.title or "" for one in audio])
        return tuple(replace(one, title=title) for one, title in zip(audio, titles, strict=True))
    streams = (entry.url for entry in files if links.kind_of(entry.url) is links.LinkKind.STREAM)
    return best_forms(Audio(url, links.name_in(url), is_stream=True) for url in streams)


def _cover(files: list[Entry]) -> str | None:
    pictures = {
        path.stem.lower(): entry.url
        for entry in reversed(files)
        if (path := PurePosixPath(entry.name)).suffix.lower() in _PICTURES
    }
    named = next((pictures[name] for name in _COVERS if name in pictures), None)
    return named or (next(iter(pictures.values())) if len(pictures) == 1 else None)
