"""The sound of several files as that of one, with every packet as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from ohdio_core.domain.book_form import PartForm
from ohdio_downloader.media.chapters import Span
from ohdio_downloader.media.formats import M4A, MP3, container_at
from ohdio_downloader.media.one_m4b import OneM4b, read_tables
from ohdio_downloader.media.one_mp3 import OneMp3, read_run


class OneSound(Protocol):
    """Sound that can be written into one file."""

    has_chapters: bool  #: it writes them itself; else they are tags
    most_chapters: int | None  #: so many fit; None for any number

    @property
    def lengths(self) -> Sequence[timedelta]:
        """Return how long each of its files is heard in the one."""

    @property
    def size(self) -> int:
        """Return about how many bytes it has, without its tags."""

    def write(self, target: Path, chapters: Sequence[Span], check: Callable[[], None], *, room: int) -> None:
        """Write it.

        Args:
            target: Where.
            chapters: In the order of their starts; at least one.
            check: Called often; what it raises ends the work.
            room: Bytes that its tags will take, roughly.

        Raises:
            OSError: The disk refuses it.
        """


class SeparateSounds:
    """The sound of a book in several files, as far as it decides whether it can be in one.

    Args:
        paths: In listening order, with names of formats that are filed.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._tables = [read_tables(path) if container_at(path) is M4A else None for path in paths]
        self._runs = [read_run(path) if container_at(path) is MP3 else None for path in paths]

    @property
    def forms(self) -> list[PartForm]:
        """Return what decides whether each can be joined to the others."""
        encodings = [
            run.encoding if run is not None else None if tables is None else tables.encoding
            for tables, run in zip(self._tables, self._runs, strict=True)
        ]
        return [
            PartForm(container_at(path).file_format, encoding)
            for path, encoding in zip(self._paths, encodings, strict=True)
        ]

    def joined(self) -> OneSound:
        """Return the sound of all of them, which are alike."""
        if all(run is not None for run in self._runs):
            return OneMp3([run for run in self._runs if run is not None])
        pairs = zip(self._paths, self._tables, strict=True)
        return OneM4b([(path, tables) for path, tables in pairs if tables is not None])
