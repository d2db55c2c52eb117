"""Books whose files were replaced by players or people: whole, if all that sounds in their folder lasts as long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path, PurePosixPath

import structlog

from ohdio_core.collection.books import StoredBook
from ohdio_core.errors import PermanentError
from ohdio_core.library import FolderSound, Library
from ohdio_downloader.heard import Listening
from ohdio_downloader.media.probe import DamagedAudio

log = structlog.get_logger(__name__)

#: What encoding and joining may add or take away, of the whole.
_SLACK, _TOLERANCE = timedelta(seconds=2), 0.001


class ReplacedFiles:
    """Looks for a book in other files than those that were filed, by what there is to hear in its folders.

    Args:
        library: Where the files are.
        scratch: A directory for the copy of one file.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk of ``scratch``.
    """

    def __init__(self, library: Library, scratch: Path, *, check: Callable[[], None], keep_free: int) -> None:
        self._library = library
        self._listening = Listening(library, scratch, check, keep_free)
        self._lengths: dict[PurePosixPath, timedelta] = {}

    def find(
        self, book: StoredBook, sounds: Iterable[FolderSound], known: Mapping[str, float | None]
    ) -> PurePosixPath | None:
        """Return the folder that has all the sound of a book in other files, which are its own from then on; else None.

        Args:
            book: It was filed.
            sounds: What there is in its folders.
            known: The lengths of its files as they were filed, in seconds, by their names.

        Raises:
            Postponed: The library cannot be read, or there is no room to look into a file of it.
        """
        for sound in sounds:
            stored = _total(known) or sound.seconds
            if stored is None:
                continue
            heard = sum(map(self._length, sound.names), timedelta())
            needed = timedelta(seconds=stored) - max(_SLACK, timedelta(seconds=stored) * _TOLERANCE)
            is_whole = heard >= needed
            log.info(
                "other files than those that were filed",
                book=book.id,
                folder=str(sound.folder),
                seconds=round(heard.total_seconds()),
                filed_seconds=round(stored),
                is_whole=is_whole,
            )
            if is_whole:
                self._library.sounds.adopt(sound, book.owner_id)
                return sound.folder
        return None

    @property
    def durations(self) -> dict[str, float]:
        """Return the lengths that were measured, in seconds, by the names of files."""
        return {name.name: length.total_seconds() for name, length in self._lengths.items()}

    def _length(self, name: PurePosixPath) -> timedelta:
        """Return how long a file sounds; nothing, where it cannot be heard to its end."""
        if (file := self._library.file(name)) is None:
            return timedelta()
        try:
            length = self._listening.hear(file, is_whole=False).duration
        except (DamagedAudio, PermanentError) as error:
            log.info("cannot be heard", file=str(name), reason=str(error))
            return timedelta()
        self._lengths[name] = length
        return length


def _total(known: Mapping[str, float | None]) -> float | None:
    """Return how long all files sound; None where one of them was never measured."""
    lengths = [length for length in known.values() if length is not None]
    return sum(lengths) if known and len(lengths) == len(known) else None
