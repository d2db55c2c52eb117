"""The data directory: what outlives a run on one machine, and the lock that gives it to one process at a time."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Self

from ohdio_api.access import TokenFile
from ohdio_client.errors import CommandError
from ohdio_client.instance import INSTANCE, LOCK, TOKEN, Instance, running_instance
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import sentence

_REMEMBERED = "remembered.json"
_LARGEST_LOG = 10_000_000  # bytes
_TRIES = 5  # to lock it
_INTERVAL = 0.01  # seconds between two of them


class DataDirectoryUnusable(CommandError):
    """It cannot be used; the sentence says why and what to do."""


class DataDirectoryInUse(CommandError):
    """Another process has it."""


class DataDirectory:
    """One data directory.

    Args:
        path: Made when it is first locked; closed to other users.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self._lock: int | None = None

    def lock(self) -> Self:
        """Take it until ``unlock``, or until this process ends in whatever way.

        Raises:
            DataDirectoryInUse: Another process has it.
            DataDirectoryUnusable: It cannot be made or written to.
        """
        with self._made():
            lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _flock(lock):
            os.close(lock)
            raise DataDirectoryInUse(
                sentence(
                    "data_directory.in_use",
                    "Another ohdio is using {directory}: end it, or choose another data directory with --data.",
                    directory=str(self.path),
                )
            )
        try:
            with self._made():
                (self.path / INSTANCE).unlink(missing_ok=True)
        except DataDirectoryUnusable:
            os.close(lock)
            raise
        self._lock = lock
        return self

    def unlock(self) -> None:
        """Release the lock; harmless when it is not locked."""
        if self._lock is not None:
            (self.path / INSTANCE).unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        """Lock it."""
        return self.lock()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Unlock it."""
        self.unlock()

    def announce(self, instance: Instance) -> None:
        """Write down how the process that has the lock, this one, is reached.

        Raises:
            DataDirectoryUnusable: It cannot be written.
        """
        self._write_private(INSTANCE, json.dumps(asdict(instance)))

    def running_instance(self) -> Instance | None:
        """Return how to reach the process that has the lock; None when there is none, or it is not ready yet."""
        return running_instance(self.path)

    def token(self) -> str:
        """Return the secret that lets other machines in; the same for ever, once it was made.

        Raises:
            DataDirectoryUnusable: It cannot be read or made.
        """
        with self._made():
            return TokenFile(self.path / TOKEN).read_or_make()

    def remember_library(self, library: Path) -> None:
        """Write down where a person wants the books, for later starts that are not told.

        Raises:
            DataDirectoryUnusable: It cannot be written.
        """
        self._write_private(_REMEMBERED, json.dumps({"library": str(library)}))

    def remembered_library(self) -> Path | None:
        """Return where a person wanted the books when last asked; None when nobody ever said."""
        try:
            return Path(json.loads((self.path / _REMEMBERED).read_text(encoding="utf-8"))["library"])
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    @property
    def log(self) -> Path:
        """The log of the processes that have a terminal to keep clean."""
        return self.path / "ohdio.log"

    def open_log(self) -> logging.FileHandler:
        """Open the log; one that gets very large is put aside as ``ohdio.log.1``.

        Raises:
            DataDirectoryUnusable: It cannot be written to.
        """
        with self._made():
            return RotatingFileHandler(self.log, maxBytes=_LARGEST_LOG, backupCount=1, encoding="utf-8")

    @contextmanager
    def _made(self) -> Iterator[None]:
        """Make the directory, and turn what goes wrong with it into a sentence."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            yield
        except OSError as error:
            raise DataDirectoryUnusable(
                sentence(
                    "data_directory.unusable",
                    "The data directory {directory} cannot be used: {path} is in the way, or may not be written to "
                    "({reason}). Choose another one with --data.",
                    directory=str(self.path),
                    path=str(error.filename2 or error.filename or self.path),
                    reason=reason_in_sentence(error),
                )
            ) from None

    def _write_private(self, name: str, content: str) -> None:
        """Write a file that only this user may read, whole or not at all.

        Raises:
            DataDirectoryUnusable: It cannot be written.
        """
        new = self.path / f"{name}.new"
        with self._made():
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(content)
            new.rename(self.path / name)


def _flock(lock: int) -> bool:
    """Lock an open file for this process alone; False where another has it.

    It is tried for a moment, as whoever only looks whether it is taken has it for as long as that takes.
    """
    for _ in range(_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_INTERVAL)
        else:
            return True
    return False
