"""From an item to a book: who wrote it, and every piece of it with size and checksum."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import PurePosixPath

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.book_numbers import asin, isbn
from ohdio_core.domain.languages import language_tag
from ohdio_core.errors import NotFound, PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.archive import links
from ohdio_core.sources.archive.durations import parse_length
from ohdio_core.sources.archive.item import ArchiveItem, ItemFile
from ohdio_core.sources.archive.readers import readers_in
from ohdio_core.sources.archive.tracks import ArchiveTrack, tracks_of
from ohdio_core.sources.days import day_of
from ohdio_core.sources.markup import line_of_text, plain_text
from ohdio_core.sources.series_in_title import series_in

_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
# What is said of everything in these collections says nothing of the book.
_NO_SUBJECTS = frozenset({"librivox", "audio", "audiobook", "audiobooks", "audio book", "audio books", "livre audio"})
_PICTURES = frozenset({".jpg", ".jpeg", ".png"})
_BLOCK = re.compile(r"<(?:p|br|div|li|ul|ol|tr|h[1-6]|blockquote)\b", re.IGNORECASE)
# As libraries write people: "Roy, Ana, 1860-1931", and what somebody did.
_YEARS = re.compile(r",\s+(?:b\.\s*|d\.\s*|ca?\.\s*)?1?[0-9]{3}\??\s*-?\s*(?:[0-9]{4})?\.?\Z")
_READS = re.compile(
    r"\s*[(\[](?:narrators?|readers?|read by|narrat(?:eur|rice)|lect(?:eur|rice)|sprecher(?:in)?)[)\]]", re.IGNORECASE
)
_THUMBNAIL = re.compile(r"thumb|spectrogram|back", re.IGNORECASE)


def book_from(item: ArchiveItem) -> BookDetails:
    """Describe the book that an item is.

    Raises:
        NotFound: The item was taken down.
        PermanentError: It is a collection, may only be borrowed, or has no recording.
    """
    _check(item)
    tracks = tracks_of(item.files)
    title = line_of_text(item.first("title")) or item.identifier
    if not tracks:
        raise PermanentError(
            sentence(
                "archive.no_audio",
                "The archive.org item “{title}” has no audio file that could be downloaded.",
                title=title,
            )
        )
    description = _paragraphs(item.values("description")) or None
    series, position = series_in(title) or (None, None)
    parts = tuple(track_part(item.identifier, index, track) for index, track in enumerate(tracks))
    creators = _names(item.values("creator", "author"))
    reading = tuple(_READS.sub("", name) for name in creators if _READS.search(name))
    return BookDetails(
        title=title,
        authors=tuple(_YEARS.sub("", name) for name in creators if not _READS.search(name)),
        narrators=_names(item.values("narrator", "reader", "performer")) or reading or readers_in(description or ""),
        description=description,
        publisher=line_of_text(item.first("publisher")) or None,
        published_year=_year(item.first("date", "year")),
        published_on=day_of(item.first("date")),
        genre=_genre(item),
        isbn=next(filter(None, map(isbn, item.values("isbn", "external-identifier"))), None),
        asin=next(filter(None, map(asin, item.values("asin", "external-identifier"))), None),
        language=language_tag(item.first("language")),
        series=series,
        series_position=position,
        cover_url=cover_of(item),
        duration=_duration(parts) or parse_length(item.first("runtime")),
        parts=parts,
    )


def cover_of(item: ArchiveItem) -> str:
    """Return the address of the item's picture: its largest own one, else the one that the site generates."""
    pictures = [
        file
        for file in item.files
        if file.is_original
        and PurePosixPath(file.name).suffix.lower() in _PICTURES
        and not _THUMBNAIL.search(file.name)
    ]
    if not pictures:
        return image_url(item.identifier)
    best = max(pictures, key=lambda file: ("cover" in file.name.lower(), file.size or 0))
    return links.file_url(item.identifier, best.name)


def image_url(identifier: str) -> str:
    """Return the address of the picture that the site shows for an item."""
    return f"{links.ROOT}/services/img/{identifier}"


def file_part(identifier: str, file: ItemFile) -> Part:
    """Describe a file as a part that can be fetched and verified without another request."""
    return Part(
        index=0,
        external_id=file.name,
        duration=file.length,
        url=links.file_url(identifier, file.name),
        size=file.size,
        checksum=file.checksum,
    )


def track_part(identifier: str, index: int, track: ArchiveTrack) -> Part:
    """Describe a piece of a book as the part that it is."""
    basic = file_part(identifier, track.file)
    return Part(
        index=index,
        external_id=basic.external_id,
        title=line_of_text(track.title) or _words(track.file.name),
        # A derived file may be without its length, and lasts as long as its original.
        duration=basic.duration or next((form.length for form in track.forms if form.length is not None), None),
        url=basic.url,
        size=basic.size,
        checksum=basic.checksum,
    )


def _check(item: ArchiveItem) -> None:
    if item.is_dark:
        raise NotFound(
            sentence("archive.taken_down", "archive.org has taken the item {item} down.", item=item.identifier)
        )
    if item.first("mediatype") == "collection":
        raise PermanentError(
            sentence(
                "archive.collection",
                "“{title}” is a collection of archive.org, not a book; add all of it with the link {link}.",
                title=item.first("title") or item.identifier,
                link=links.collection_url(item.identifier),
            )
        )
    if item.first("access-restricted-item") == "true":
        raise PermanentError(
            sentence(
                "archive.lent", "archive.org lends this item to readers with an account; it may not be downloaded."
            )
        )


def _names(values: Iterable[str]) -> tuple[str, ...]:
    # Decoded first: "&amp;" has a semicolon, too.
    names = (name.strip() for value in values for name in line_of_text(value).split(";"))
    return tuple(dict.fromkeys(name for name in names if name))


def _paragraphs(texts: Iterable[str]) -> str:
    """Return the text of descriptions; where they have no tags for paragraphs, their lines are those."""
    written = (text if _BLOCK.search(text) else text.replace("\n", "<br>") for text in texts)
    return "\n".join(filter(None, map(plain_text, written)))


def _genre(item: ArchiveItem) -> str | None:
    subjects = _names(item.values("genre")) or _names(item.values("subject"))
    return "; ".join(subject for subject in subjects if subject.casefold() not in _NO_SUBJECTS) or None


def _year(text: str) -> int | None:
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def _duration(parts: tuple[Part, ...]) -> timedelta | None:
    durations = [part.duration for part in parts if part.duration is not None]
    # A sum of some of them would be a wrong one.
    return sum(durations, timedelta()) if len(durations) == len(parts) else None


def _words(name: str) -> str | None:
    return line_of_text(PurePosixPath(name).stem.replace("_", " ")) or None
