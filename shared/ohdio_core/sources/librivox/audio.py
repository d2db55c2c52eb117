"""The recordings of a book, as the item on archive.org has them.

The catalogue names the smallest form of a section at best (64 kbit/s), and for old books nothing or hosts that
are gone; the item has every form, with sizes and checksums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from ohdio_core.domain.audiobook import BookDetails, Chapter, Part
from ohdio_core.errors import NotFound, PermanentError
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.archive import links as archive_links
from ohdio_core.sources.archive.book import cover_of, file_part, image_url, track_part
from ohdio_core.sources.archive.item import ArchiveItem
from ohdio_core.sources.archive.tracks import ArchiveTrack, extension_of, tracks_of
from ohdio_core.sources.librivox.api import CatalogueBook, section_id
from ohdio_core.sources.librivox.matching import Assignment, alone, by_name, length_of, matched, named_piece


class SectionsDisagree(PermanentError):
    """LibriVox's list of sections and the files of its item are not of the same book, or not in the same cut."""

    def __init__(self, part: Part, track: ArchiveTrack, title: str, identifier: str) -> None:
        self.index = part.index
        self.file_name = track.file.name
        self.identifier = identifier
        super().__init__(
            sentence(
                "librivox.sections_disagree",
                "For section {number} of “{title}” LibriVox names the file {file}, and which file is that section "
                "cannot be told. To collect the files as they are, add {link}.",
                number=part.index + 1,
                title=title,
                file=_file(track.file.name, length_of(track), part.duration),
                link=archive_links.item_url(identifier),
            )
        )


def names_files(book: CatalogueBook) -> bool:
    """Return whether every section has an address, of its own within an item: then it identifies the section's file."""
    urls = [part.url for part in book.details.parts]
    if book.item is None:
        return None not in urls
    is_inside = all(url is not None and archive_links.item_of(url) == book.item for url in urls)
    return is_inside and len({named_piece(part) for part in book.details.parts}) == len(urls)


def with_files(details: BookDetails, item: ArchiveItem) -> BookDetails:
    """Return a book whose sections are all listed, with the best file of each, its size and its checksum.

    A section without a file keeps the address that the catalogue has for it, where that is none of the item's files:
    of these it is known which sections they are, and this one is not among them.

    Raises:
        NotFound: A section has neither.
        SectionsDisagree: A section's address is that of a file that is another section, or may be.
    """
    tracks = tracks_of(item.files)
    details = _covered(details, item)
    if _is_in_whole_books(tracks) and len(tracks) < len(details.parts):
        return replace(
            details, parts=_whole_books(tracks, item.identifier, details.narrators, _chapters(details.parts))
        )
    found = matched(details.parts, tracks)
    _refuse_misnamed(details, found, tracks, item.identifier)
    parts = tuple(
        part if track is None else _filed(part, track, item.identifier)
        for part, track in zip(details.parts, found, strict=True)
    )
    missing = next((part for part in parts if part.url is None), None)
    if missing is not None:
        raise NotFound(
            sentence(
                "librivox.no_file",
                "Neither LibriVox nor archive.org has a file for section {number} of “{title}”.",
                number=missing.index + 1,
                title=details.title,
            )
        )
    return replace(details, parts=parts)


def from_files(book: CatalogueBook, item: ArchiveItem) -> BookDetails:
    """Return a book of which only some sections are listed, with all files of the item; known sections are kept.

    Raises:
        NotFound: The item has not all sections either.
    """
    tracks = tracks_of(item.files)
    details = _covered(book.details, item)
    if _is_in_whole_books(tracks):
        # Where the sections begin is not known, as not all of them are.
        return replace(details, parts=_whole_books(tracks, item.identifier, details.narrators, ()))
    count = book.section_count or 0
    if not tracks or len(tracks) < count:
        raise NotFound(
            sentence(
                "librivox.too_few_recordings",
                "The archive.org item {item} has {recordings} recordings, and “{title}” has {sections} sections.",
                item=item.identifier,
                recordings=len(tracks),
                title=details.title,
                sections=count,
            )
        )
    known = {
        track.file.name: part
        for part, track in zip(details.parts, matched(details.parts, tracks), strict=True)
        if track is not None
    }
    parts = tuple(
        _filed(replace(known[track.file.name], index=index), track, item.identifier)
        if track.file.name in known
        else _of_item(track_part(item.identifier, index, track), item.identifier)
        for index, track in enumerate(tracks)
    )
    return replace(details, parts=parts)


def with_file(part: Part, item: ArchiveItem) -> Part:
    """Return one section of several with the best form of the file that its address names.

    Raises:
        NotFound: The item has no such file, or which it is takes a look at the sections beside it.
    """
    track = alone(part, tracks_of(item.files))
    if track is None:
        raise NotFound(
            sentence(
                "librivox.no_sure_file",
                "The archive.org item {item} has no file that is surely section {number}.",
                item=item.identifier,
                number=part.index + 1,
            )
        )
    return _filed(part, track, item.identifier)


def _refuse_misnamed(details: BookDetails, found: Assignment, tracks: Sequence[ArchiveTrack], identifier: str) -> None:
    for part, track, named in zip(details.parts, found, by_name(details.parts, tracks), strict=True):
        if track is None and named is not None and archive_links.item_of(part.url or "") == identifier:
            raise SectionsDisagree(part, named, details.title, identifier)


def _covered(details: BookDetails, item: ArchiveItem) -> BookDetails:
    """Return the book with the item's own picture as its cover, where the catalogue has none."""
    has_own = details.cover_url not in (None, image_url(item.identifier))
    return details if has_own else replace(details, cover_url=cover_of(item))


def _filed(part: Part, track: ArchiveTrack, identifier: str) -> Part:
    file = file_part(identifier, track.file)
    return replace(
        part, url=file.url, size=file.size, checksum=file.checksum, duration=length_of(track) or part.duration
    )


def _of_item(part: Part, identifier: str) -> Part:
    return replace(part, external_id=section_id(identifier, part.external_id))


def _is_in_whole_books(tracks: Sequence[ArchiveTrack]) -> bool:
    return bool(tracks) and all(extension_of(track.file.name) == ".m4b" for track in tracks)


def _whole_books(
    tracks: Sequence[ArchiveTrack], identifier: str, narrators: tuple[str, ...], chapters: tuple[Chapter, ...]
) -> tuple[Part, ...]:
    """Return the parts of a book that is one file, or a few; the chapters are those of a single one."""
    parts = tuple(
        _of_item(replace(file_part(identifier, track.file), index=index), identifier)
        for index, track in enumerate(tracks)
    )
    return parts if len(parts) > 1 else (replace(parts[0], narrators=narrators, chapters=chapters),)


def _chapters(sections: Sequence[Part]) -> tuple[Chapter, ...]:
    chapters, start = [], timedelta()
    for section in sections:
        if section.duration is None:
            return ()
        chapters.append(Chapter(start, section.title or str(section.index + 1)))
        start += section.duration
    return tuple(chapters)


def _file(name: str, length: timedelta | None, promised: timedelta | None) -> str | Sentence:
    """Return how a section's file is called where it is not the section's, with its length where both are known."""
    if not length or not promised:
        return name
    return sentence(
        "librivox.file_of_other_length",
        "{file}, {length} instead of {promised} long",
        file=name,
        length=_clock(length),
        promised=_clock(promised),
    )


def _clock(length: timedelta) -> str:
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"
