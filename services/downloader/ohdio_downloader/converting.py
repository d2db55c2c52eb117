"""Making one file of a book that is in the library in several, to be filed in the place of these."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ohdio_core.collection.books import StoredBook
from ohdio_core.domain.book_form import BookForm, FormDecision, PartForm, decide_form
from ohdio_core.domain.formats import audio_format
from ohdio_core.domain.naming import part_name
from ohdio_core.errors import PermanentError, Postponed
from ohdio_core.library import Library
from ohdio_core.sentences import Sentence, sentence
from ohdio_downloader.disk import copying
from ohdio_downloader.encoded_parts import EncodedParts, Progress, SourcePart
from ohdio_downloader.filed_files import FiledFile
from ohdio_downloader.joining import SUFFIXES, ListedParts, cover_in, join_files, lay_beside
from ohdio_downloader.media.chapters import chapters_at
from ohdio_downloader.media.one_sound import OneSound, SeparateSounds
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.media.verify import clock, verify
from ohdio_downloader.opf import OPF
from ohdio_downloader.packaging import Packaged
from ohdio_downloader.part_chapters import titles_of
from ohdio_downloader.workdir import WorkDir

_LIBRARY, _ONE = "library", "one"
_TOLERANCE, _SLACK = 0.001, timedelta(seconds=0.5)
#: Of each part, what its own encoder had added around the sound, which is not encoded again.
_AROUND = timedelta(seconds=0.1)


class ConversionFailed(PermanentError):
    """The one file is not what it was made of; the book stays as it is."""


class _Copy(NamedTuple):
    """A file of the library."""

    path: Path
    sha256: str


class Conversion:
    """Makes one file of copies of a book's files, and listens to it to its end; the library is only read.

    Args:
        library: Where the files are.
        work_dir: Entered; what was encoded stays in it until it is removed.
        progress: Is told how far the encoding has come.
        name_bytes: What the names of files may have, in the work directory and in the library.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk beside all copies.
    """

    def __init__(
        self,
        library: Library,
        work_dir: WorkDir,
        progress: Progress,
        *,
        name_bytes: int,
        check: Callable[[], None],
        keep_free: int,
    ) -> None:
        self._library = library
        self._work_dir = work_dir
        self._progress = progress
        self._name_bytes = name_bytes
        self._check = check
        self._keep_free = keep_free

    def make(
        self, book: StoredBook, folder: PurePosixPath, form: BookForm, known: Mapping[str, float | None]
    ) -> Packaged | Sentence | None:
        """Return what is filed in the place of a folder's files, or why they stay; None where nothing is to be done.

        Args:
            book: Whose they are.
            folder: Of the book.
            form: What they become.
            known: How long files sound, in seconds, by their names.

        Raises:
            ConversionFailed: What was made is not whole.
            DamagedAudio: A file in the library cannot be read.
            Postponed: There is no room, or a file is gone.
        """
        names = [name for name in self._library.our_files(folder, book.owner_id) if name.name != OPF]
        if (remark := _refused_by(names, form)) is not None:
            return remark
        copies = self._work_dir.fresh(_LIBRARY)
        made = {name.name: copy for name in names if (copy := self._copy(name, copies)) is not None}
        sounding = [copy for copy in made.values() if audio_format(copy.path) is not None]
        paths = [copy.path for copy in sounding]
        sounds = SeparateSounds(paths)
        decision = _decide(form, sounds, paths)
        if decision.form is BookForm.ORIGINAL:
            return decision.remark
        parts = ListedParts(_titles(book, paths), [chapters_at(path) for path in paths])
        sound = self._encoded(sounding, form, known) if decision.is_encoded else sounds.joined()
        one = self._work_dir.fresh(_ONE)
        suffix = SUFFIXES[decision.form]
        target = one / part_name(book.details.title, 0, 1, None, suffix, max_bytes=self._name_bytes)
        cover = cover_in(copies)
        file = join_files(book.details, sound, target, parts, cover, check=self._check, keep_free=self._keep_free)
        self._listen(target, file)
        others = [copy.path for copy in made.values() if copy not in sounding]
        lay_beside(target, paths, others, sound.lengths)
        return Packaged(one, (file,))

    def _copy(self, name: PurePosixPath, directory: Path) -> _Copy | None:
        """Return a copy of a file; None of a picture or text that a person took away."""
        if (file := self._library.file(name)) is None:
            if audio_format(name) is None:
                return None
            raise Postponed(
                sentence(
                    "form.file_gone", "{file} is gone from the library, so the book is not converted.", file=str(name)
                )
            )
        copy, digest = directory / name.name, hashlib.sha256()
        with copying(copy, file.size, keep_free=self._keep_free), copy.open("wb") as writing:
            for chunk in self._library.read(name, 0, file.size):
                self._check()
                digest.update(chunk)
                writing.write(chunk)
        return _Copy(copy, digest.hexdigest())

    def _encoded(self, sounding: Sequence[_Copy], form: BookForm, known: Mapping[str, float | None]) -> OneSound:
        """Return the sound of all files, encoded alike.

        Raises:
            ConversionFailed: Some of it was lost.
        """
        parts = [
            SourcePart(copy.path, copy.sha256, known.get(copy.path.name) or self._seconds(copy.path))
            for copy in sounding
        ]
        encoding = EncodedParts(self._work_dir.book, self._progress, check=self._check, keep_free=self._keep_free)
        sound = encoding.encode(parts, form.bit_rate or 0)
        _require_whole(
            sum(sound.lengths, timedelta()),
            timedelta(seconds=sum(part.seconds for part in parts)),
            _SLACK + _AROUND * len(parts),
        )
        return sound

    def _seconds(self, path: Path) -> float:
        return verify(path, is_whole=True, check=self._check, is_kept=True).duration.total_seconds()

    def _listen(self, path: Path, file: FiledFile) -> None:
        """Make sure that the one file has all the sound.

        Raises:
            ConversionFailed: It has not.
        """
        try:
            heard = verify(path, is_whole=False, check=self._check).duration
        except DamagedAudio as error:
            raise ConversionFailed(error.sentence) from error
        _require_whole(heard, timedelta(seconds=file.duration_seconds or 0), _SLACK)


def _require_whole(heard: timedelta, expected: timedelta, slack: timedelta) -> None:
    if expected - heard > max(slack, expected * _TOLERANCE):
        raise ConversionFailed(
            sentence(
                "form.not_whole",
                "The one file has {heard} of sound where its parts have {expected}; the book stays as it is.",
                heard=clock(heard),
                expected=clock(expected),
            )
        )


def _titles(book: StoredBook, paths: Sequence[Path]) -> list[str]:
    return titles_of(book.details) if len(book.details.parts) == len(paths) else [path.stem for path in paths]


def _refused_by(names: Sequence[PurePosixPath], form: BookForm) -> Sentence | None:
    """Return why files of these names cannot become one, before they are copied; None where they may."""
    formats = [audio_format(name) for name in names]
    return decide_form(form, [PartForm(each, b"") for each in formats if each is not None]).remark


def _decide(form: BookForm, sounds: SeparateSounds, sounding: list[Path]) -> FormDecision:
    """Return what the files become; themselves where they are that already."""
    is_so = len(sounding) == 1 and sounding[0].suffix == SUFFIXES.get(form.container)
    return FormDecision(BookForm.ORIGINAL) if is_so or not sounding else decide_form(form, sounds.forms)
