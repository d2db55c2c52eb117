"""Packaging in which all parts of a book become one file, where that loses nothing of their sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ohdio_core.current import Current, current
from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.book_form import BookForm, decide_form
from ohdio_core.domain.formats import audio_format
from ohdio_core.domain.naming import part_name
from ohdio_downloader.disk import link_or_copy
from ohdio_downloader.filed_files import FiledFile
from ohdio_downloader.joining import SUFFIXES, ListedParts, cover_in, join_files, lay_beside
from ohdio_downloader.media.chapters import Span
from ohdio_downloader.media.cover import Cover
from ohdio_downloader.media.one_sound import OneSound, SeparateSounds
from ohdio_downloader.packaging import FilePerPart, Packaged, VerifiedPart
from ohdio_downloader.part_chapters import titles_of
from ohdio_downloader.workdir import WorkDir

_ONE = "one"


class OneFile:
    """Packaging in which the parts are joined once all of them are there.

    Until the book is filed they lie in the work directory as ``FilePerPart`` leaves them: a run that is killed at any
    step fetches nothing again, and where they cannot be joined they are what is filed.

    Args:
        book: Whose parts they are.
        work_dir: Entered.
        parts: Takes the parts.
        wanted: A form of one file.
        name_bytes: What the names of files may have, in the work directory and in the library.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk while there are two of the book.
    """

    def __init__(
        self,
        book: BookDetails,
        work_dir: WorkDir,
        parts: FilePerPart,
        *,
        wanted: BookForm,
        name_bytes: int,
        check: Callable[[], None],
        keep_free: int | Current[int],
    ) -> None:
        self._book = book
        self._work_dir = work_dir
        self._parts = parts
        self._wanted = wanted
        self._name_bytes = name_bytes
        self._check = check
        self._keep_free = current(keep_free)

    def size_of(self, part: Part) -> int | None:
        """Return the bytes of a part that was added, in this run or an earlier one; None where it is yet to come."""
        return self._parts.size_of(part)

    def add_cover(self, cover: Cover) -> None:
        """Take the book's cover.

        Raises:
            Postponed: The disk is full.
        """
        self._parts.add_cover(cover)

    def offer_cover(self, cover: Cover) -> None:
        """Take a picture that was found inside of a part of a book that has no cover.

        Raises:
            Postponed: The disk is full.
        """
        self._parts.offer_cover(cover)

    def add(self, verified: VerifiedPart) -> int:
        """Take a part, and return its bytes.

        Raises:
            DamagedAudio: Its tags cannot be written.
            Postponed: The disk is full.
        """
        return self._parts.add(verified)

    def close(self) -> Packaged:
        """Return the one file with the cover and the transcripts; the parts, with a remark, where they cannot be one.

        Where they can once they are encoded, they are what is filed, and become the one file after that: a book is
        there as soon as it was fetched, and no download waits for an encoder.

        Raises:
            Postponed: There is no room for a second copy of the book.
        """
        parts = self._parts.close()
        sounds = SeparateSounds([parts.directory / file.name for file in parts.files])
        decision = decide_form(self._wanted, sounds.forms)
        if decision.is_encoded:
            return replace(parts, becomes=self._wanted)
        if decision.form is BookForm.ORIGINAL:
            return replace(parts, remark=decision.remark)
        one = self._work_dir.fresh(_ONE)
        suffix = SUFFIXES[decision.form]
        target = one / part_name(self._book.title, 0, 1, None, suffix, max_bytes=self._name_bytes)
        paths = [parts.directory / file.name for file in parts.files]
        sound = sounds.joined()
        if len(paths) == 1:
            link_or_copy(paths[0], target)
            file = replace(parts.files[0], name=target.name)
        else:
            file = self._join(sound, target, cover_in(parts.directory))
        others = [path for path in parts.directory.iterdir() if audio_format(path) is None]
        lay_beside(target, paths, others, sound.lengths)
        return Packaged(one, (file,))

    def _join(self, sound: OneSound, target: Path, cover: Cover | None) -> FiledFile:
        within = [self._chapters_in(part) for part in self._book.parts]
        listed = ListedParts(titles_of(self._book), within)
        return join_files(self._book, sound, target, listed, cover, check=self._check, keep_free=self._keep_free())

    def _chapters_in(self, part: Part) -> list[Span]:
        """Return the chapters that a part came with."""
        recorded = self._work_dir.recorded(part)
        known = () if recorded is None else recorded.chapters
        return [Span(timedelta(seconds=start), timedelta(seconds=end), title) for start, end, title in known]
