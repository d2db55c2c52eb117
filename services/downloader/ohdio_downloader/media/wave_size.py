"""WAV files of more than 4 GiB whose size has not fitted into its field, so that only its last 32 bits are there.

FFmpeg believes them, and so would leave out all sound but what is beyond a whole number of 4 GiB.
"""

from __future__ import annotations

import os
from pathlib import Path

_CHUNK_HEADER = 8  # bytes: its name, and its size in little-endian order
_FIRST_CHUNK = 12  # behind "RIFF", a size and "WAVE"
_MOST_CHUNKS = 100
_FIELD = 1 << 32  # what it counts up to
_TO_THE_END = b"\xff" * 4  # where a size is not known


def correct_wave_size(path: Path) -> None:
    """Write into a WAV that its sound reaches to its end, where its size has not fitted; what lies behind that goes."""
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        place = _FIRST_CHUNK
        for _ in range(_MOST_CHUNKS):
            file.seek(place)
            chunk = file.read(_CHUNK_HEADER)
            length = int.from_bytes(chunk[4:], "little")
            start = place + _CHUNK_HEADER
            if len(chunk) < _CHUNK_HEADER:
                return
            if chunk[:4] == b"data":
                if (beyond := (size - start - length) // _FIELD) > 0:
                    file.truncate(start + length + beyond * _FIELD)
                    file.seek(place + 4)
                    file.write(_TO_THE_END)
                return
            place = start + length + length % 2
