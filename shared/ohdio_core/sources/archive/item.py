"""From archive.org's answers about an item to one record, whatever the answer's shape.

Three shapes are read: ``/metadata/ID`` (files in a list, values scalar or in lists; recorded in 2015 and later),
its old alias ``/details/ID?output=json`` (files keyed by "/name", every value in a list; recorded 2014-2017), and
the item's own ``ID_meta.xml`` and ``ID_files.xml``, which hold the same fields as elements. Numbers are texts
in all of them. An unknown item is ``{}`` with status 200.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lxml import etree

from ohdio_core.errors import AnswersDifferently, NotFound, PermanentError
from ohdio_core.reasons import reason_of
from ohdio_core.sentences import sentence
from ohdio_core.sources.archive import links
from ohdio_core.sources.archive.durations import parse_length
from ohdio_core.sources.json_values import at, decoded

_TRACK = re.compile(r"(\d{1,5})(?:\s*/\s*\d*)?")
_DIGESTS = {"sha1": re.compile(r"[0-9a-f]{40}"), "md5": re.compile(r"[0-9a-f]{32}")}


@dataclass(frozen=True, slots=True)
class ItemFile:
    """One file of an item."""

    name: str  #: its path within the item
    format: str = ""  #: in the site's words: "128Kbps MP3"
    is_original: bool = False  #: uploaded, rather than made from another file by the site
    original: str | None = None  #: the file that it was made from
    title: str = ""
    track: tuple[int, int] | None = None  #: disc and track number; disc 0 where none is named
    length: timedelta | None = None
    size: int | None = None  #: bytes
    checksum: tuple[str, str] | None = None  #: (algorithm as hashlib names it, hex digest)
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveItem:
    """An item's record on archive.org."""

    identifier: str
    metadata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: every value as a list
    files: tuple[ItemFile, ...] = ()
    is_dark: bool = False  #: taken down

    def first(self, *names: str) -> str:
        """Return the first value of the first of these fields that has one; "" where none has."""
        return next((value for name in names for value in self.metadata.get(name, ()) if value.strip()), "")

    def values(self, *names: str) -> tuple[str, ...]:
        """Return every value of these fields."""
        return tuple(value for name in names for value in self.metadata.get(name, ()) if value.strip())


def parse_item(body: bytes, identifier: str) -> ArchiveItem:
    """Read an answer in JSON, of either shape.

    Raises:
        NotFound: There is no such item.
        AnswersDifferently: The answer is something else.
    """
    try:
        answer = decoded(body)
    except ValueError as error:
        raise AnswersDifferently(
            links.SITE_NAME, sentence("archive.item_no_json", "it did not answer with JSON about the item.")
        ) from error
    if answer in ({}, [], None):
        raise NotFound(sentence("archive.no_item", "archive.org has no item called {item}.", item=identifier))
    if isinstance(at(answer, "error"), str) and at(answer, "metadata") is None:
        raise NotFound(
            sentence(
                "archive.item_refused",
                "archive.org gives no item called {item}: “{message}”.",
                item=identifier,
                message=at(answer, "error")[:200],
            )
        )
    metadata, files = at(answer, "metadata"), at(answer, "files")
    if not isinstance(metadata, dict):
        if at(answer, "is_dark"):
            return ArchiveItem(identifier, is_dark=True)
        raise AnswersDifferently(
            links.SITE_NAME, sentence("archive.no_metadata", "its answer about the item has no metadata.")
        )
    return ArchiveItem(
        identifier=identifier,
        metadata={str(name): tuple(_texts(value)) for name, value in metadata.items()},
        files=tuple(_files(files)),
        is_dark=bool(at(answer, "is_dark")),
    )


def parse_item_xml(meta: bytes, files: bytes, identifier: str) -> ArchiveItem:
    """Read an item's own two XML files.

    Raises:
        PermanentError: One of them is something else.
    """
    metadata: dict[str, list[str]] = {}
    for element in _elements(meta, "metadata"):
        metadata.setdefault(str(element.tag), []).append(element.text or "")
    listed = [
        {"name": element.get("name"), "source": element.get("source"), **_fields(element)}
        for element in _elements(files, "files")
        if element.tag == "file"
    ]
    return ArchiveItem(identifier, {name: tuple(values) for name, values in metadata.items()}, tuple(_files(listed)))


def _elements(document: bytes, root_name: str) -> list[etree._Element]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        # lxml gives None for what holds nothing at all; its annotations do not say so.
        root: etree._Element | None = etree.fromstring(document, parser=parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise PermanentError(
            sentence(
                "archive.broken_xml",
                "archive.org's XML about the item cannot be read ({reason}).",
                reason=reason_of(error),
            )
        ) from error
    if root is None or root.tag != root_name:
        raise PermanentError(
            sentence("archive.other_xml", "archive.org's XML about the item is not a list of {root}.", root=root_name)
        )
    return list(root.iterchildren("*"))


def _fields(element: etree._Element) -> dict[str, str]:
    return {str(child.tag): child.text or "" for child in element.iterchildren("*")}


def _files(files: Any) -> Iterator[ItemFile]:
    if isinstance(files, dict):
        named: Iterable[tuple[Any, Any]] = files.items()
    else:
        named = ((at(file, "name"), file) for file in files) if isinstance(files, list) else ()
    for name, file in named:
        path = name.lstrip("/") if isinstance(name, str) else ""
        if path and isinstance(file, dict):
            yield _file(path, file)


def _file(path: str, file: dict[str, Any]) -> ItemFile:
    return ItemFile(
        name=path,
        format=_text(file, "format"),
        is_original=_text(file, "source") == "original",
        original=_text(file, "original").lstrip("/") or None,
        title=_text(file, "title"),
        track=_track(file),
        length=parse_length(_text(file, "length")),
        size=_size(_text(file, "size")),
        checksum=_checksum(file),
        is_private=_text(file, "private") == "true",
    )


def _track(file: dict[str, Any]) -> tuple[int, int] | None:
    track, disc = _TRACK.fullmatch(_text(file, "track")), _TRACK.fullmatch(_text(file, "disc"))
    return (int(disc[1]) if disc else 0, int(track[1])) if track else None


def _size(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _checksum(file: dict[str, Any]) -> tuple[str, str] | None:
    for algorithm, digest in _DIGESTS.items():
        value = _text(file, algorithm).lower()
        if digest.fullmatch(value):
            return algorithm, value
    return None


def _text(file: dict[str, Any], name: str) -> str:
    value = file.get(name)
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else next(_texts(value), "").strip()


def _texts(value: Any) -> Iterator[str]:
    """Yield what a field holds: one value, or each of several."""
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, str):
            yield one
        elif isinstance(one, int | float) and not isinstance(one, bool):
            yield str(one)
