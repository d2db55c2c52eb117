"""Books as one ZIP archive, made while it is sent: nothing of it is kept, and its size is known before it begins.

Sound does not get smaller by compression, so it is stored as it is. Where a file or the archive needs them, entries and
end have the 64-bit forms (APPNOTE.TXT 6.3.10 sections 4.3.14 and 4.5.3), just as Python's ``zipfile`` writes them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Generator, Sequence
from datetime import datetime
from typing import NamedTuple

from ohdio_core.library import Library, LibraryFile

_LARGE = zipfile.ZIP64_LIMIT
_MOST_ENTRIES = zipfile.ZIP_FILECOUNT_LIMIT
_EARLIEST = datetime(1980, 1, 1)  # noqa: DTZ001 # ZIP has no zones


class ArchiveEntry(NamedTuple):
    """One file."""

    name: str  #: in the archive, with "/" between folders
    file: LibraryFile


class Archive(NamedTuple):
    """Several files as one."""

    library: Library
    entries: Sequence[ArchiveEntry]

    @property
    def size(self) -> int:
        """Return how many bytes it will be."""
        offset = directory = 0
        for name, file in self.entries:
            length = len(name.encode())
            is_far, is_large = offset > _LARGE, file.size > _LARGE
            numbers = (2 if is_large else 0) + (1 if is_far else 0)
            directory += 46 + length + (4 + 8 * numbers if numbers else 0)
            # Its header, itself, and the sums behind it.
            offset += 30 + length + file.size + (20 + 24 if _is_written_large(file.size) else 16)
        is_long = len(self.entries) > _MOST_ENTRIES or offset > _LARGE or directory > _LARGE
        return offset + directory + (56 + 20 if is_long else 0) + 22

    def chunks(self) -> Generator[bytes]:
        """Yield it.

        Raises:
            OSError: A file cannot be read, or is no longer as it was: what was sent is no archive then.
        """
        sink = _Sink()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
            for name, file in self.entries:
                entry = zipfile.ZipInfo(name, _moment(file))
                entry.file_size = file.size
                entry.external_attr = 0o644 << 16
                with archive.open(entry, "w") as opened:
                    sent = 0
                    for chunk in self.library.read(file.name, 0, file.size):
                        opened.write(chunk)
                        sent += len(chunk)
                        yield sink.take()
                    if sent != file.size:
                        raise OSError(f"{name} has {sent} bytes now, not {file.size}.")
        yield sink.take()


class _Sink:
    """Takes what is written until it is sent."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: all is taken at once."""

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def _is_written_large(size: int) -> bool:
    return size * 1.05 > _LARGE  # as ``zipfile`` decides, which expects no better compression


def _moment(file: LibraryFile) -> tuple[int, int, int, int, int, int]:
    seen = max(datetime.fromtimestamp(file.modified_ns / 10**9), _EARLIEST)  # noqa: DTZ006 # ZIP has no zones
    return seen.year, seen.month, seen.day, seen.hour, seen.minute, seen.second
