"""Making one file of several, tagged, with chapters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.formats import JPEG
from ohdio_downloader.checksum import chunks_of, sha256_of
from ohdio_downloader.disk import copying, link_or_copy
from ohdio_downloader.filed_files import FiledFile
from ohdio_downloader.media.chapters import Span
from ohdio_downloader.media.cover import Cover
from ohdio_downloader.media.formats import container_at
from ohdio_downloader.media.joined_transcript import is_timed, join_transcripts
from ohdio_downloader.media.one_sound import OneSound
from ohdio_downloader.media.tag import write_details
from ohdio_downloader.media.taggers.details import PartTags, part_details
from ohdio_downloader.media.transcript import transcript_beside, transcripts_beside
from ohdio_downloader.part_chapters import end_to_end

#: Of the one file of each form.
SUFFIXES: Mapping[BookForm, str] = {BookForm.M4B: ".m4b", BookForm.MP3: ".mp3"}


class ListedParts(NamedTuple):
    """What stands in the list of chapters for each part."""

    titles: Sequence[str]
    within: Sequence[Sequence[Span]]  #: chapters in it


def join_files(
    book: BookDetails,
    sound: OneSound,
    target: Path,
    parts: ListedParts,
    cover: Cover | None,
    *,
    check: Callable[[], None],
    keep_free: int,
) -> FiledFile:
    """Write the one file of a book, and return what is known of it.

    Args:
        book: What is written into its tags.
        sound: Of all of its files.
        target: Where, with the suffix of its form.
        parts: For the chapters.
        cover: For its tags.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk.

    Raises:
        Postponed: There is no room.
    """
    lengths = sound.lengths
    chapters = end_to_end(parts.titles, parts.within, lengths, most=sound.most_chapters)
    tags = PartTags(1, 1, narrators=book.readers, chapters=() if sound.has_chapters else chapters)
    details = part_details(book, tags, cover)
    with copying(target, sound.size + details.size, keep_free=keep_free):
        sound.write(target, chapters, check, room=details.size)
        write_details(target, container_at(target), details, keep_free=keep_free)
    return FiledFile(
        0,
        target.name,
        target.stat().st_size,
        sha256_of(chunks_of(target), check),
        sum(lengths, timedelta()).total_seconds(),
        [(chapter.start.total_seconds(), chapter.title) for chapter in chapters],
    )


def lay_beside(target: Path, parts: Sequence[Path], others: Iterable[Path], lengths: Sequence[timedelta]) -> None:
    """Lay what is beside the parts beside their one file; of transcripts with times, one of the whole.

    Args:
        target: The one file.
        parts: What it was made of, each with its transcript beside it.
        others: What lies beside these, transcripts too.
        lengths: How long each part is heard.

    Raises:
        NeedsPerson: The disk is full.
    """
    timed = {path: found for path in parts if (found := transcript_beside(path)) is not None and is_timed(found)}
    joined = join_transcripts([timed.get(path) for path in parts], lengths) if len(parts) > 1 else None
    within = {path.with_name(name) for path in timed for name in transcripts_beside(path)} if joined else set()
    for path in others:
        if path not in within:
            link_or_copy(path, target.with_name(path.name))
    if joined is not None:
        joined.write_beside(target)


def cover_in(directory: Path) -> Cover | None:
    """Return the picture that lies beside the files of a book; None without one."""
    found = next((path for path in directory.iterdir() if path.suffix == JPEG.suffix), None)
    return None if found is None else Cover(found.read_bytes())
