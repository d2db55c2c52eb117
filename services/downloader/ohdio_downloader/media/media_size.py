"""MP4 files whose sound says a wrong size, so that the index behind it is not where anybody looks for it.

Programs write the size last, and some are ended before, or count a name or a tag wrongly; the index tells where the
sound is by places in the file, which are right.
"""

from __future__ import annotations

import mmap
from pathlib import Path

from ohdio_downloader.media.boxes import Box, boxes_within

_SOUND, _INDEX = b"mdat", b"moov"
#: What may stand before the index in a file that has one for all of it.
_BEFORE = frozenset({b"ftyp", _SOUND, b"free", b"skip", b"wide", b"uuid", b"udta", b"pnot"})
_FIRST_IN_INDEX = b"mvhd"
_LONG = 16  # bytes of a header whose size has eight of them


def correct_media_size(path: Path) -> None:
    """Write the true size of the sound into an MP4, where no index is found behind what it says."""
    with path.open("r+b") as file:
        sound: Box | None = None
        for box in boxes_within(file, 0, path.stat().st_size):
            if box.kind == _SOUND:
                sound = box
            if box.kind == _INDEX:
                return
            if box.kind not in _BEFORE:
                break
        if sound is None:
            return
        with mmap.mmap(file.fileno(), 0) as data:
            if (index := _index(data, sound.offset + sound.header)) is not None:
                _write_size(data, sound, index - sound.offset)


def _index(data: mmap.mmap, start: int) -> int | None:
    """Return where the last index begins behind ``start``; None where there is none."""
    name = data.rfind(_INDEX, start)
    while name >= 0:
        begin = name - 4
        length = int.from_bytes(data[begin:name], "big")
        if begin >= start and begin + length <= len(data) and data[name + 8 : name + 12] == _FIRST_IN_INDEX:
            return begin
        name = data.rfind(_INDEX, start, name)
    return None


def _write_size(data: mmap.mmap, box: Box, size: int) -> None:
    if box.header == _LONG:
        data[box.offset + 8 : box.offset + _LONG] = size.to_bytes(8, "big")
    elif size < 1 << 32:
        data[box.offset : box.offset + 4] = size.to_bytes(4, "big")
