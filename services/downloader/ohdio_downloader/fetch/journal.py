"""Which segments of a playlist are already in the file."""

from __future__ import annotations

import os
import struct
from pathlib import Path

_FINGERPRINT_BYTES = 32
_END = struct.Struct(">Q")


class SegmentJournal:
    """The offset at which each finished segment ends, kept beside the file as ``.segments``.

    A fingerprint of the playlist, then eight bytes a segment: one small write each, whatever the
    length of the book. Only segments that lie wholly within the file count, so the file's own size has
    the last word.

    Args:
        path: The file that the segments are joined in.
        fingerprint: Of the playlist as it is now (32 bytes); a journal of another one is ignored.
    """

    def __init__(self, path: Path, fingerprint: bytes) -> None:
        self._path = _beside(path)
        self._fingerprint = fingerprint

    def ends(self, size: int) -> list[int]:
        """Return the ends of the leading segments that a file of ``size`` bytes holds whole."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return []
        if data[:_FINGERPRINT_BYTES] != self._fingerprint:
            return []
        ends: list[int] = []
        for position in range(_FINGERPRINT_BYTES, len(data) - _END.size + 1, _END.size):
            (end,) = _END.unpack_from(data, position)
            if end > size or (ends and end < ends[-1]):
                break
            ends.append(end)
        return ends

    def record(self, index: int, end: int) -> None:
        """Write down that segment ``index`` is in the file and ends at ``end``."""
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            if index == 0:
                os.ftruncate(file, 0)
                os.pwrite(file, self._fingerprint, 0)
            os.pwrite(file, _END.pack(end), _FINGERPRINT_BYTES + index * _END.size)
        finally:
            os.close(file)

    @staticmethod
    def forget(path: Path) -> None:
        """Remove the journal beside ``path``."""
        _beside(path).unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.segments")
