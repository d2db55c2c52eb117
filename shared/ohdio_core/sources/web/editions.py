"""Audiobooks that are described as a form of a book: by ``bookFormat``, ``workExample`` or ``exampleOfWork``."""

from __future__ import annotations

from itertools import islice

from ohdio_core.sources.web import links
from ohdio_core.sources.web.nodes import Node, dictionaries, types_of, values
from ohdio_core.sources.web.recordings import offers_recording

AUDIOBOOK = "Audiobook"
_MOST_EDITIONS = 20  # of one work
_FORMAT = "AudiobookFormat"
#: What holds of a work in every form; publisher, date and pages are those of one.
_OF_THE_WORK = (
    "name", "headline", "author", "creator", "description", "abstract", "inLanguage", "genre", "image", "isPartOf",
    "partOfSeries", "position", "volumeNumber", "audience", "typicalAgeRange",
)  # fmt: skip


def complete_editions(root: Node) -> None:
    """Copy to every edition in a description of an audiobook what is stated of its work."""
    for node in dictionaries(root):
        if any(_names_format(value) for value in values(node, "bookFormat")) or _is_read(node):
            node["@type"] = [*values(node, "@type"), AUDIOBOOK]
    for node in dictionaries(root):
        for edition in islice(values(node, "workExample"), _MOST_EDITIONS):
            _complete(edition, node)
        for work in islice(values(node, "exampleOfWork"), _MOST_EDITIONS):
            _complete(node, work)


def _complete(edition: object, work: object) -> None:
    if not isinstance(edition, dict) or not isinstance(work, dict) or AUDIOBOOK not in types_of(edition):
        return
    for name in _OF_THE_WORK:
        if name in work and not edition.get(name):
            edition[name] = work[name]


def _is_read(node: Node) -> bool:
    """Return whether a description says who reads it, as those of audiobooks do, or is of a book with recordings."""
    if any(values(node, "readBy")):
        return True
    inner = values(node, "audio", "encoding", "associatedMedia", "hasPart")
    is_heard = any(offers_recording(value) if isinstance(value, dict) else _names_file(value) for value in inner)
    return "Book" in types_of(node) and is_heard


def _names_file(value: object) -> bool:
    return isinstance(value, str) and links.names_file(value)


def _names_format(value: object) -> bool:
    said = value.get("@id") if isinstance(value, dict) else value
    return isinstance(said, str) and said.rpartition("/")[2].rpartition(":")[2] == _FORMAT
