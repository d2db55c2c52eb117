"""Making one file of a book that is in the library in several, to be filed in the place of these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path, PurePosixPath

from ohdio_core.collection.books import StoredBook
from ohdio_core.domain.book_form import BookForm, FormDecision, decide_form
from ohdio_core.domain.formats import audio_format
from ohdio_core.domain.naming import part_name
from ohdio_core.errors import PermanentError, Postponed
from ohdio_core.library import Library
from ohdio_core.sentences import Sentence, sentence
from ohdio_downloader.disk import copying
from ohdio_downloader.filed_files import FiledFile
from ohdio_downloader.joining import SUFFIXES, ListedParts, cover_in, join_files, lay_beside
from ohdio_downloader.media.chapters import chapters_at
from ohdio_downloader.media.one_sound import SeparateSounds
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.media.verify import clock, verify
from ohdio_downloader.opf import OPF
from ohdio_downloader.packaging import Packaged
from ohdio_downloader.part_chapters import titles_of
from ohdio_downloader.workdir import WorkDir

_LIBRARY, _ONE = "library", "one"
_TOLERANCE, _SLACK = 0.001, timedelta(seconds=0.5)


class ConversionFailed(PermanentError):
    """The one file is not what it was made of; the book stays as it is."""


class Conversion:
    """Makes one file of copies of a book's files, and listens to it to its end; the library is only read.

    Args:
        library: Where the files are.
        work_dir: Entered.
        name_bytes: What the names of files may have, in the work directory and in the library.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk beside both copies.
    """

    def __init__(
        self, library: Library, work_dir: WorkDir, *, name_bytes: int, check: Callable[[], None], keep_free: int
    ) -> None:
        self._library = library
        self._work_dir = work_dir
        self._name_bytes = name_bytes
        self._check = check
        self._keep_free = keep_free

    def make(self, book: StoredBook, folder: PurePosixPath) -> Packaged | Sentence | None:
        """Return what is filed in the place of a folder's files, or why they stay; None where nothing is to be done.

        Raises:
            ConversionFailed: What was made is not whole.
            DamagedAudio: A file in the library cannot be read.
            Postponed: There is no room, or a file is gone.
        """
        copies = self._work_dir.fresh(_LIBRARY)
        names = [name for name in self._library.our_files(folder, book.owner_id) if name.name != OPF]
        paths = [self._copy(name, copies) for name in names]
        sounding = [path for path in paths if path is not None and audio_format(path) is not None]
        sounds = SeparateSounds(sounding)
        decision = _decide(book, sounds, sounding)
        if decision.form is BookForm.ORIGINAL:
            return decision.remark
        one = self._work_dir.fresh(_ONE)
        suffix = SUFFIXES[decision.form]
        target = one / part_name(book.details.title, 0, 1, None, suffix, max_bytes=self._name_bytes)
        details = book.details
        titles = titles_of(details) if len(details.parts) == len(sounding) else [path.stem for path in sounding]
        parts = ListedParts(titles, [chapters_at(path) for path in sounding])
        sound = sounds.joined()
        file = join_files(
            details,
            sound,
            target,
            parts,
            cover_in(copies),
            check=self._check,
            keep_free=self._keep_free,
        )
        self._listen(target, file)
        others = [path for path in paths if path is not None and path not in sounding]
        lay_beside(target, sounding, others, sound.lengths)
        return Packaged(one, (file,))

    def _copy(self, name: PurePosixPath, directory: Path) -> Path | None:
        """Return a copy of a file; None of a picture or text that a person took away."""
        if (file := self._library.file(name)) is None:
            if audio_format(name) is None:
                return None
            raise Postponed(
                sentence(
                    "form.file_gone", "{file} is gone from the library, so the book is not converted.", file=str(name)
                )
            )
        copy = directory / name.name
        with copying(copy, file.size, keep_free=self._keep_free), copy.open("wb") as writing:
            for chunk in self._library.read(name, 0, file.size):
                self._check()
                writing.write(chunk)
        return copy

    def _listen(self, path: Path, file: FiledFile) -> None:
        """Make sure that the one file has all the sound.

        Raises:
            ConversionFailed: It has not.
        """
        expected = timedelta(seconds=file.duration_seconds or 0)
        try:
            heard = verify(path, is_whole=False, check=self._check).duration
        except DamagedAudio as error:
            raise ConversionFailed(error.sentence) from error
        if expected - heard > max(_SLACK, expected * _TOLERANCE):
            raise ConversionFailed(
                sentence(
                    "form.not_whole",
                    "The one file has {heard} of sound where its parts have {expected}; the book stays as it is.",
                    heard=clock(heard),
                    expected=clock(expected),
                )
            )


def _decide(book: StoredBook, sounds: SeparateSounds, sounding: list[Path]) -> FormDecision:
    """Return what the files become; themselves where they are that already."""
    form = book.form or BookForm.ORIGINAL
    decision = decide_form(form, sounds.forms)
    is_so = len(sounding) == 1 and sounding[0].suffix == SUFFIXES.get(form)
    return FormDecision(BookForm.ORIGINAL) if is_so or not sounding else decision
