"""Comparing a file in the library with what was filed: whole, edited by others, or no longer what it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from ohdio_core.collection.verification import KnownFile
from ohdio_core.domain.file_fault import FaultKind
from ohdio_core.errors import PermanentError
from ohdio_core.library import Library, LibraryFile
from ohdio_downloader.checksum import sha256_of
from ohdio_downloader.heard import Listening
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.media.verify import Sound, is_short

#: What encoding and joining may take away, of the whole (as for files that players have made).
_SLACK, _TOLERANCE = timedelta(seconds=2), 0.001
#: A file that was written later than this after its book was filed was written by somebody else.
_AFTER_FILING = timedelta(minutes=5)

#: Slows down whoever reads what it is given.
Paced = Callable[[Iterable[bytes]], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about a file."""

    fault: FaultKind | None = None
    now: KnownFile | None = None  #: what is to be known of it from now on; None where that stays
    is_edited: bool = False  #: its tags or pictures are others than those that were filed


class FileCheck:
    """Compares files.

    By the checksum of the whole file. Where that differs, by the checksum of its sound: players and people write tags
    and pictures, which move the sound and leave it as it is. Of a file that was filed before that was noted nothing
    tells it but whether all of it can be heard, and whether anybody has written it since.

    Args:
        paced: Bounds how much is read a second.
        check: Called often; what it raises ends the work.
    """

    def __init__(self, library: Library, listening: Listening, *, paced: Paced, check: Callable[[], None]) -> None:
        self._library = library
        self._listening = listening
        self._paced = paced
        self._check = check

    def look_at(self, name: PurePosixPath, filed: KnownFile, filed_at: datetime | None) -> Finding:
        """Return what there is to know of a file.

        Raises:
            Postponed: The library cannot be read, or there is no room to listen to the file.
        """
        file = self._library.file(name)
        if file is None:
            return Finding(FaultKind.LOST)
        try:
            digest = sha256_of(self._paced(self._library.read(name, 0, file.size)), self._check)
            if digest == filed.sha256:
                return Finding(now=None if filed.sound_sha256 is not None else self._with_sound(file, filed))
            return self._differs(file, filed, filed_at, digest)
        except FileNotFoundError:
            return Finding(FaultKind.LOST)
        except OSError:
            return Finding(FaultKind.UNREADABLE)

    def _with_sound(self, file: LibraryFile, filed: KnownFile) -> KnownFile | None:
        """Return a whole file with the checksum of its sound, by which edits are known from now on."""
        sound = self._heard(file)
        return None if sound is None else replace(filed, sound_sha256=sound.sha256)

    def _differs(self, file: LibraryFile, filed: KnownFile, filed_at: datetime | None, digest: str) -> Finding:
        sound = self._heard(file)
        if sound is None or not _is_same(sound, file, filed, filed_at):
            return Finding(FaultKind.DAMAGED)
        now = replace(filed, size=file.size, sha256=digest, sound_sha256=sound.sha256)
        return Finding(now=now, is_edited=True)

    def _heard(self, file: LibraryFile) -> Sound | None:
        try:
            return self._listening.hear(file, is_whole=True)
        except (DamagedAudio, PermanentError):
            return None


def _is_same(sound: Sound, file: LibraryFile, filed: KnownFile, filed_at: datetime | None) -> bool:
    """Return whether what is heard is what was filed, though the file has other bytes."""
    if filed.sound_sha256 is not None:
        return sound.sha256 == filed.sound_sha256
    is_cut = filed.duration_seconds is not None and is_short(
        sound.duration, timedelta(seconds=filed.duration_seconds), _TOLERANCE, _SLACK
    )
    was_written = filed_at is None or file.modified_ns / 1e9 > (filed_at + _AFTER_FILING).timestamp()
    return was_written and not is_cut
