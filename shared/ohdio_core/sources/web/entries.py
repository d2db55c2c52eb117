"""The entries of a directory listing: which links of a page lead to what lies in its directory."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from ohdio_core.sources.web import links
from ohdio_core.sources.web.document import Document

# Programs that are one page themselves name the directory in its query: Directory Lister and others.
_PARAMETERS = frozenset({"dir", "path", "folder", "directory"})
_NAMES_DIRECTORY = re.compile(r"\A[^?#]*\?(?:dir|path|folder|directory)=[^&;#]+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """What lies in a directory."""

    url: str
    name: str  #: without the slash of a directory
    written: str  #: the same as its address has it, escaped
    is_directory: bool


class Place(Protocol):
    """The directory that a page may list."""

    name: str

    def entry_at(self, address: str) -> Entry | None:
        """Return what lies in the directory at an address; None of any other address."""
        ...

    def is_around(self, address: str) -> bool:
        """Return whether an address leads up, or to the page or an entry in another form: listings have such links."""
        ...


class DirectoryByPath:
    """A directory whose entries lie below its address, as nearly all servers have it.

    Args:
        url: Of the page.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._here = urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rpartition('/')[0]}/", "", ""))
        self.name = links.name_in(self._here)

    def entry_at(self, address: str) -> Entry | None:
        """Return the entry; the query of a file belongs to it (copyparty's keys), that of a directory orders it."""
        rest = address.removeprefix(self._here)
        path, mark, _ = rest.partition("?")
        name = path.rstrip("/")
        if rest == address or not name or "/" in name or (mark and path != name):
            return None
        return Entry(address, unquote(name), name, path != name)

    def is_around(self, address: str) -> bool:
        """Return whether an address leads up, or to something of the directory by a query."""
        bare, mark, _ = address.partition("?")
        return self._here.startswith(bare) or (bool(mark) and bare.startswith(self._here))


class DirectoryInQuery:
    """A directory that the query of a page names.

    Args:
        url: Of the page.
        directory: As its query names it; "" at the top.
    """

    def __init__(self, url: str, directory: str) -> None:
        parts = urlsplit(url)
        self._page = urlunsplit((*parts[:3], "", ""))
        self._top = urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rpartition('/')[0]}/", "", ""))
        self._directory = directory
        self.name = directory.rpartition("/")[2] or links.name_in(self._top)

    def entry_at(self, address: str) -> Entry | None:
        """Return the entry: a directory that a query names, or a file by its path."""
        bare, mark, _ = address.partition("?")
        if mark:
            path = directory_in_query(address) if bare == self._page else ""
            is_directory = True
        else:
            path = unquote(bare.removeprefix(self._top)) if bare.startswith(self._top) else ""
            is_directory = path.endswith("/")
        name = self._child(path.strip("/"))
        return None if name is None else Entry(address, name, name, is_directory)

    def is_around(self, address: str) -> bool:
        """Return whether an address is another of the same page, or leads up from it."""
        bare = address.partition("?")[0]
        return bare == self._page or self._top.startswith(bare)

    def _child(self, path: str) -> str | None:
        prefix = f"{self._directory}/" if self._directory else ""
        name = path.removeprefix(prefix)
        is_below = path.startswith(prefix) and bool(name) and "/" not in name
        return name if is_below else None


def place_of(document: Document) -> Place:
    """Return the directory that a page lists, if it lists one."""
    directory = directory_in_query(document.url)
    if directory or any(_NAMES_DIRECTORY.match((link.get("href") or "").strip()) for link in document.elements("a")):
        return DirectoryInQuery(document.url, directory)
    return DirectoryByPath(document.url)


def directory_in_query(url: str) -> str:
    """Return the directory that the query of an address names, without slashes around; "" for none, and the top."""
    try:
        pairs = parse_qsl(urlsplit(url).query)
    except ValueError:
        return ""
    named = next((value for name, value in pairs if name.lower() in _PARAMETERS), "").strip("/")
    return "" if named == "." else named.removeprefix("./")


def folders_of(url: str) -> tuple[str, ...]:
    """Return the names of the directories that lead to one, the last of them its own."""
    path = f"{unquote(urlsplit(url).path)}/{directory_in_query(url)}"
    return tuple(name for name in path.split("/") if name)
