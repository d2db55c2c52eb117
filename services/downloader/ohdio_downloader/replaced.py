"""Books whose files were replaced by players or people: whole, if all that sounds in their folder lasts as long.

An episode lies among others, which may last as long: it is known by the checksum of its file, or of its sound. What
these are is remembered (``AskedFiles``), so that each is read once, however many episodes are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path, PurePosixPath

import structlog

from ohdio_core.collection.books import StoredBook
from ohdio_core.errors import PermanentError
from ohdio_core.library import FolderSound, Library, LibraryFile
from ohdio_core.reasons import reason_of
from ohdio_downloader.asked_files import AskedFiles
from ohdio_downloader.checksum import sha256_of
from ohdio_downloader.filed_files import FiledFile
from ohdio_downloader.heard import Listening
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.media.verify import Sound

log = structlog.get_logger(__name__)

#: What encoding and joining may add or take away, of the whole.
_SLACK, _TOLERANCE = timedelta(seconds=2), 0.001


class ReplacedFiles:
    """Looks for a book in other files than those that were filed, by what there is to hear in its folders.

    Args:
        library: Where the files are.
        asked: What is known of files that lie among others.
        scratch: A directory for the copy of one file.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk of ``scratch``.
    """

    def __init__(
        self, library: Library, asked: AskedFiles, scratch: Path, *, check: Callable[[], None], keep_free: int
    ) -> None:
        self._library = library
        self._asked = asked
        self._listening = Listening(library, scratch, check, keep_free)
        self._lengths: dict[PurePosixPath, timedelta] = {}

    def find(
        self,
        book: StoredBook,
        sounds: Iterable[FolderSound],
        known: Mapping[str, float | None],
        stored: Sequence[FiledFile],
    ) -> PurePosixPath | None:
        """Return the folder that has all the sound of a book in other files, which are its own from then on; else None.

        Args:
            book: It was filed.
            sounds: What there is in its folders.
            known: The lengths of its files as they were filed, in seconds, by their names.
            stored: These files.

        Raises:
            Postponed: The library cannot be read, or there is no room to look into a file of it.
        """
        for sound in sounds:
            is_it = self._is_same(sound, stored) if sound.is_among_others else self._is_whole(book, sound, known)
            if is_it:
                self._library.sounds.adopt(sound, book.owner_id)
                return sound.folder
        return None

    @property
    def durations(self) -> dict[str, float]:
        """Return the lengths that were measured, in seconds, by the names of files."""
        return {name.name: length.total_seconds() for name, length in self._lengths.items()}

    def _is_whole(self, book: StoredBook, sound: FolderSound, known: Mapping[str, float | None]) -> bool:
        """Return whether all files together last as long as the book did."""
        filed = _total(known) or sound.seconds
        if filed is None:
            return False
        heard = sum(map(self._length, sound.names), timedelta())
        needed = timedelta(seconds=filed) - max(_SLACK, timedelta(seconds=filed) * _TOLERANCE)
        log.info(
            "other files than those that were filed",
            book=book.id,
            folder=str(sound.folder),
            seconds=round(heard.total_seconds()),
            filed_seconds=round(filed),
            is_whole=heard >= needed,
        )
        return heard >= needed

    def _is_same(self, sound: FolderSound, stored: Sequence[FiledFile]) -> bool:
        """Return whether a file, or what is heard of it, has the checksum of the one that was filed."""
        (name,) = sound.names
        if len(stored) != 1 or (file := self._library.file(name)) is None:
            return False
        (own,) = stored
        check = self._listening.check
        try:
            digest = self._asked.answer(
                ("bytes", file), lambda: sha256_of(self._library.read(name, 0, file.size), check), check
            )
            if digest == own.sha256 or own.sound_sha256 is None:
                return digest == own.sha256
            heard = self._asked.answer(("sound", file), lambda: self._heard(file), check)
        except OSError as error:
            # Not remembered: the disk is to blame, which may answer the next time.
            log.info("cannot be read now", file=str(file.name), reason=reason_of(error))
            return False
        if heard is None or heard.sha256 != own.sound_sha256:
            return False
        self._lengths[file.name] = heard.duration
        return True

    def _length(self, name: PurePosixPath) -> timedelta:
        """Return how long a file sounds; nothing, where it cannot be heard to its end."""
        if (file := self._library.file(name)) is None:
            return timedelta()
        heard = self._heard(file)
        return timedelta() if heard is None else heard.duration

    def _heard(self, file: LibraryFile) -> Sound | None:
        """Return what there is to hear in a file; None where it cannot be heard to its end."""
        try:
            heard = self._listening.hear(file, is_whole=False)
        except (DamagedAudio, PermanentError) as error:
            log.info("cannot be heard", file=str(file.name), reason=str(error))
            return None
        self._lengths[file.name] = heard.duration
        return heard


def _total(known: Mapping[str, float | None]) -> float | None:
    """Return how long all files sound; None where one of them was never measured."""
    lengths = [length for length in known.values() if length is not None]
    return sum(lengths) if known and len(lengths) == len(known) else None
