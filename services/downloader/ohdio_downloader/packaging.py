"""Packaging: from the verified parts of a book to the files that are filed; here, each part is a file of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from ohdio_core.current import Current, current
from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.naming import part_name
from ohdio_core.sentences import Sentence
from ohdio_downloader.checksum import chunks_of, sha256_of
from ohdio_downloader.disk import copying, write_whole
from ohdio_downloader.filed_files import FiledFile
from ohdio_downloader.media.chapters import MOST, Span, chapters_at
from ohdio_downloader.media.cover import Cover, picture_in
from ohdio_downloader.media.formats import M4A, container_at
from ohdio_downloader.media.tag import write_details
from ohdio_downloader.media.tag_in_place import tag_in_place
from ohdio_downloader.media.taggable import taggable
from ohdio_downloader.media.taggers.details import FileDetails, PartTags, part_details
from ohdio_downloader.media.transcript import Transcript, transcripts_beside
from ohdio_downloader.part_chapters import are_expected, in_front_of, titles_of
from ohdio_downloader.workdir import FinishedPart, WorkDir

_COVER = "cover"


@dataclass(frozen=True, slots=True)
class VerifiedPart:
    """A part whose sound is as it will be filed; nothing of what is known of the book is written into it yet."""

    part: Part
    path: Path  #: its file, which packaging takes
    duration: timedelta  #: of its sound
    chapters: tuple[Span, ...]
    transcript: Transcript | None
    sound_sha256: str | None = None  #: whatever tags are written into it; None where nobody has taken it


@dataclass(frozen=True, slots=True)
class Packaged:
    """What is filed of a book."""

    directory: Path  #: flat, with just the files that are filed
    files: tuple[FiledFile, ...]  #: those with sound, in listening order
    remark: Sentence | None = None  #: why they are not in the form that was wanted
    becomes: BookForm | None = None  #: what they are to be encoded as, once they are filed


class Packaging(Protocol):
    """Makes the files that are filed of one book.

    What it has taken outlives the run: a part that was added is never fetched again.
    """

    def size_of(self, part: Part) -> int | None:
        """Return the bytes of a part that was added, in this run or an earlier one; None where it is yet to come."""

    def add_cover(self, cover: Cover) -> None:
        """Take the book's cover, before the parts. One of an earlier run stays where none is added.

        Raises:
            Postponed: The disk is full.
        """

    def offer_cover(self, cover: Cover) -> None:
        """Take a picture that was found inside of a part of a book that has no cover; the first one counts.

        Raises:
            Postponed: The disk is full.
        """

    def add(self, verified: VerifiedPart) -> int:
        """Take a part, and return its bytes.

        Raises:
            DamagedAudio: Its file is not what it seems; it is to be fetched again.
            Postponed: The disk is full.
        """

    def close(self) -> Packaged:
        """Return what is filed, once every part was added."""


class FilePerPart:
    """Packaging in which each part is a tagged file of its own, with its transcript beside it.

    Args:
        book: Whose parts they are.
        work_dir: Entered; its ``book`` is what is filed.
        name_bytes: What the names of files may have, in the work directory and in the library.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk while there are two of a file.
    """

    def __init__(
        self,
        book: BookDetails,
        work_dir: WorkDir,
        *,
        name_bytes: int,
        check: Callable[[], None],
        keep_free: int | Current[int],
    ) -> None:
        self._book = book
        self._work_dir = work_dir
        self._name_bytes = name_bytes
        self._check = check
        self._keep_free = current(keep_free)
        self._cover: Cover | None = None
        self._found: Cover | None = None  #: inside of a part
        self._files: dict[int, Path] = {}  #: by the part's index
        self._titles = titles_of(book)
        self._has_chapters = are_expected(book)

    def size_of(self, part: Part) -> int | None:
        """Return the bytes of a part that was added, in this run or an earlier one; None where it is yet to come."""
        finished = self._work_dir.finished(part)
        if finished is None:
            return None
        self._files[part.index] = finished
        return finished.stat().st_size

    def add_cover(self, cover: Cover) -> None:
        """Put the book's cover beside the parts, and into those that are added from now on.

        Raises:
            Postponed: The disk is full.
        """
        write_whole(self._work_dir.book / f"{_COVER}{cover.suffix}", cover.data)
        self._cover = cover

    def offer_cover(self, cover: Cover) -> None:
        """Put a picture from inside of a part beside the parts, and into those that have none of their own.

        Raises:
            Postponed: The disk is full.
        """
        there = self._work_dir.book / f"{_COVER}{cover.suffix}"
        if not there.exists():  # else of an earlier run
            write_whole(there, cover.data)
        self._found = self._found or Cover(there.read_bytes())

    def add(self, verified: VerifiedPart) -> int:
        """Write a part's tags, give its file the name that the library will show, and return its bytes.

        Raises:
            DamagedAudio: Its tags cannot be written.
            Postponed: The disk is full.
        """
        book, part, path = self._book, verified.part, verified.path
        count = len(book.parts)
        name = part_name(book.title, part.index, count, part.title, path.suffix, max_bytes=self._name_bytes)
        own = self._own_chapters(verified)
        self._has_chapters |= count > 1 and bool(own)
        chapters = in_front_of(self._titles[part.index], own, verified.duration) if self._has_chapters else own
        cover = self._cover or (None if self._found is None or picture_in(path) is not None else self._found)
        details = part_details(book, PartTags(part.index + 1, count, part.title, part.narrators, chapters), cover)
        keep_free = self._keep_free()
        record = partial(self._record, verified, name, own)
        if (sha256 := tag_in_place(path, details, self._check)) is not None:
            return record(path, sha256)
        with taggable(path, room=details.size, check=self._check, keep_free=keep_free) as tagged:
            write_details(tagged, container_at(tagged), details, keep_free=keep_free)
            return record(tagged, sha256_of(chunks_of(tagged), self._check))

    def _record(self, verified: VerifiedPart, name: str, own: tuple[Span, ...], tagged: Path, sha256: str) -> int:
        """Record a part's file under its name, and return its bytes."""
        part = verified.part
        if verified.transcript is not None:
            # Before the part is recorded as finished: what is finished is complete.
            verified.transcript.write_beside(self._work_dir.book / name)
        finished = self._files[part.index] = self._work_dir.record(
            part,
            tagged,
            name,
            sha256=sha256,
            duration=verified.duration,
            chapters=tuple((each.start.total_seconds(), each.end.total_seconds(), each.title) for each in own),
            has_book_chapters=self._has_chapters,
            sound_sha256=verified.sound_sha256,
        )
        return finished.stat().st_size

    def _own_chapters(self, verified: VerifiedPart) -> tuple[Span, ...]:
        """Return what is known of a part's chapters, else those in its file, where they are to be written anew.

        That is among several parts, and in an MP4, where many a file has them in the one form that a player does not
        read.
        """
        if verified.chapters:
            return verified.chapters
        is_rewritten = len(self._book.parts) > 1 or container_at(verified.path) is M4A
        return chapters_at(verified.path) if is_rewritten else ()

    def close(self) -> Packaged:
        """Return the directory of the parts with their transcripts, and the cover."""
        work_dir = self._work_dir
        self._complete_chapters()
        names = {name for path in self._files.values() for name in (path.name, *transcripts_beside(path))}
        if self._cover is not None:
            names.add(f"{_COVER}{self._cover.suffix}")
        else:
            names |= {path.name for path in work_dir.book.glob(f"{_COVER}.*")}
        work_dir.keep_only(names)
        return Packaged(work_dir.book, tuple(map(self._filed, self._book.parts)))

    def _complete_chapters(self) -> None:
        """Write chapters into the parts that were added before one was seen to have any."""
        recorded = [(part, self._recorded(part)) for part in self._book.parts]
        if len(recorded) < 2 or not any(known.chapters or known.has_book_chapters for _, known in recorded):
            return
        for part, known in recorded:
            if not known.has_book_chapters and known.duration_seconds is not None:
                self._add_chapters(part, known, timedelta(seconds=known.duration_seconds))

    def _add_chapters(self, part: Part, known: FinishedPart, duration: timedelta) -> None:
        spans = [Span(timedelta(seconds=start), timedelta(seconds=end), title) for start, end, title in known.chapters]
        details = FileDetails(chapters=in_front_of(self._titles[part.index], spans, duration))
        path = self._files[part.index]
        # A copy: a kill while it is written leaves the part as it was.
        copy = self._work_dir.fetch_path(part).with_suffix(path.suffix)
        own, keep_free = known.chapters, self._keep_free()
        with copying(copy, path.stat().st_size, keep_free=keep_free):
            shutil.copyfile(path, copy)
            write_details(copy, container_at(copy), details, keep_free=keep_free)
            sha256 = sha256_of(chunks_of(copy), self._check)
            self._files[part.index] = self._work_dir.record(
                part,
                copy,
                known.name,
                sha256=sha256,
                duration=duration,
                chapters=own,
                has_book_chapters=True,
                sound_sha256=known.sound_sha256,
            )

    def _recorded(self, part: Part) -> FinishedPart:
        recorded = self._work_dir.recorded(part)
        if recorded is None:
            raise AssertionError(f"part {part.index} was never added")
        return recorded

    def _filed(self, part: Part) -> FiledFile:
        recorded = self._recorded(part)
        sha256 = recorded.sha256 or sha256_of(chunks_of(self._files[part.index]), self._check)
        chapters = [(start, title) for start, _, title in recorded.chapters]
        if not chapters and len(self._book.parts) == 1:
            # As the site has made it: nobody has written them anew.
            own = chapters_at(self._files[part.index])
            chapters = [(each.start.total_seconds(), each.title) for each in own[:MOST]]
        return FiledFile(
            part.index,
            recorded.name,
            recorded.size,
            sha256,
            recorded.duration_seconds,
            chapters,
            recorded.sound_sha256,
        )
