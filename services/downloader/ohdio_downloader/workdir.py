"""Where a book is put together: one directory an item, held by one worker at a time."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from ohdio_core.domain.audiobook import Part
from ohdio_core.errors import Postponed
from ohdio_core.sentences import sentence
from ohdio_downloader.disk import disk_error, postponing_when_full, write_whole

_LOCK = ".lock"
_RECORD = "parts.json"
_FETCHING = "fetching"


class WorkDirBusy(Postponed):
    """Another worker still holds the item's work directory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            sentence(
                "work_dir.busy",
                "Another worker is still letting go of this book; it goes on as soon as that one has ended.",
            )
        )


@dataclass(frozen=True, slots=True)
class FinishedPart:
    """A part that is fetched, verified and tagged."""

    external_id: str
    name: str
    size: int
    sha256: str | None = None  #: of its file; None where an earlier version made it
    duration_seconds: float | None = None
    chapters: Sequence[tuple[float, float, str]] = ()  #: that it came with: first and last second, title
    has_book_chapters: bool = False  #: those of the whole book are written into its file
    sound_sha256: str | None = None  #: whatever its tags; None where nobody has taken it


class WorkDir:
    """``<root>/<key>``, locked while it is open; use it as a context manager.

    ::

        <key>/.lock                 held with flock: it ends with the process, however that ends
        <key>/parts.json            which parts are finished
        <key>/fetching/<part>       what is being fetched, with its resume state beside it
        <key>/fetching/<what>-<part> notes about a transfer: what proves it whole, how long its sound was
        <key>/book/                 the finished files, under their final names
        <key>/one/                  the one file made of them, where that is filed
    Args:
        root: The work directory of all items; on the library's file system, moves cost nothing. Made when missing,
            but not what it is in: that is the library, or a disk, and must be there.
        key: Names the item; safe as a file name.

    Raises:
        WorkDirBusy: On entering: another worker holds it.
        Postponed: On entering: it cannot be written.
    """

    def __init__(self, root: Path, key: str) -> None:
        self.path = root / key
        self.was_empty = False  #: nothing had been kept in it when it was entered
        self._lock = -1
        self._entries: dict[str, FinishedPart] = {}  #: of the record; nobody else writes it while it is locked
        self._fetch_paths: dict[tuple[int, str], Path] = {}

    def __enter__(self) -> Self:
        try:
            self._lock = self._take_lock()
            self._make_room()
            self._entries = {} if self.was_empty else self._read()
        except OSError as error:
            self._unlock()
            raise disk_error(error, self.path.parent) from error
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._unlock()

    @property
    def book(self) -> Path:
        """The directory that becomes the book's folder."""
        return self.path / "book"

    def is_there(self) -> bool:
        """Return whether it is still the directory that was locked; people move and delete folders at any time."""
        return _is_same_file(self._lock, self.path / _LOCK)

    def fetch_path(self, part: Part) -> Path:
        """Where a part is fetched to; the same in every run, so that it resumes.

        Named by what the part is, too: where the site put another medium in its place, what was fetched
        of the former one goes.
        """
        if (known := self._fetch_paths.get((part.index, part.external_id))) is not None:
            return known
        directory = self.path / _FETCHING
        index = f"{part.index:05}"
        name = f"{index}-{hashlib.sha256(part.external_id.encode()).hexdigest()[:16]}"
        for path in () if self.was_empty else directory.glob(f"{index}-*"):
            if not path.name.startswith(name):
                path.unlink()
        return self._fetch_paths.setdefault((part.index, part.external_id), directory / name)

    def recorded(self, part: Part) -> FinishedPart | None:
        """Return what was recorded of a part when it was finished; its file may be gone, into the library as a rule."""
        entry = self._entries.get(str(part.index))
        return None if entry is None or entry.external_id != part.external_id else entry

    def finished(self, part: Part) -> Path | None:
        """Return the finished file of a part; None if it has yet to be made."""
        entry = self.recorded(part)
        if entry is None:
            return None
        path = self.book / entry.name
        try:
            return path if path.stat().st_size == entry.size else None
        except FileNotFoundError:
            return None

    def record(
        self,
        part: Part,
        path: Path,
        name: str,
        *,
        sha256: str | None = None,
        duration: timedelta | None = None,
        chapters: Sequence[tuple[float, float, str]] = (),
        has_book_chapters: bool = False,
        sound_sha256: str | None = None,
    ) -> Path:
        """Accept ``path``, fetched, verified and tagged, as this part: it is never fetched again.

        Args:
            part: Of the book.
            path: A file in this directory; it is moved.
            name: Under which the library will show it.
            sha256: Of the file, in hexadecimal.
            duration: Of its sound.
            chapters: That it came with: first and last second, title.
            has_book_chapters: Those of the whole book are written into it.
            sound_sha256: Of its sound alone.

        Raises:
            Postponed: The disk is full; ``path`` may have been moved, and is unknown to ``finished``.
        """
        target = self.book / name
        with postponing_when_full(self.path, 0):
            path.replace(target)
        seconds = None if duration is None else duration.total_seconds()
        size = target.stat().st_size
        entry = FinishedPart(part.external_id, name, size, sha256, seconds, chapters, has_book_chapters, sound_sha256)
        entries = {**self._entries, str(part.index): entry}
        data = json.dumps({index: asdict(entry) for index, entry in entries.items()})
        write_whole(self.path / _RECORD, data.encode())
        self._entries = entries
        return target

    def note(self, part: Part, what: str, text: str) -> None:
        """Keep a word about the transfer of a part until the book is filed; it outlives what was fetched.

        Raises:
            Postponed: The disk is full.
        """
        write_whole(self._note_path(part, what), text.encode())

    def noted(self, part: Part, what: str) -> str | None:
        """Return what was noted last; None when nothing was."""
        try:
            return self._note_path(part, what).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def _note_path(self, part: Part, what: str) -> Path:
        # The kind comes first, so that it does not go with what was fetched when that is damaged.
        return self.path / _FETCHING / f"{what}-{self.fetch_path(part).name}"

    def keep_only(self, names: Collection[str]) -> None:
        """Remove everything from ``book`` but these names: what an earlier description of the book left there."""
        for path in self.book.iterdir():
            if path.name not in names:
                path.unlink()

    def fresh(self, name: str) -> Path:
        """Return a directory of this name with nothing in it, beside ``book``.

        Raises:
            Postponed: The disk is full.
        """
        directory = self.path / name
        shutil.rmtree(directory, ignore_errors=True)
        with postponing_when_full(self.path, 0):
            directory.mkdir()
        return directory

    def remove(self) -> None:
        """Remove the directory and all that is in it; the lock is kept until the end of the block."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._entries = {}

    def _read(self) -> dict[str, FinishedPart]:
        try:
            entries = json.loads((self.path / _RECORD).read_text(encoding="utf-8"))
            return {index: FinishedPart(**entry) for index, entry in entries.items()}
        except (FileNotFoundError, ValueError, TypeError, AttributeError):
            return {}

    def _take_lock(self) -> int:
        while True:
            self._make()
            try:
                lock = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            except FileNotFoundError:
                continue  # the worker before us has just removed the directory
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_same_file(lock, self.path / _LOCK):
                    return lock
            except BlockingIOError:
                os.close(lock)
                raise WorkDirBusy(self.path) from None
            except BaseException:
                os.close(lock)
                raise
            os.close(lock)  # it was removed between opening and locking: nobody else will meet us there

    def _make(self) -> None:
        try:
            self.path.mkdir()
        except FileExistsError:
            pass
        except FileNotFoundError:
            self.path.parent.mkdir(exist_ok=True)
            self.path.mkdir(exist_ok=True)

    def _make_room(self) -> None:
        try:
            (self.path / _FETCHING).mkdir()
            self.was_empty = True
        except FileExistsError:
            self.was_empty = False
        self.book.mkdir(exist_ok=True)

    def _unlock(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def _is_same_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except (FileNotFoundError, NotADirectoryError):
        return False
