"""MP4 files whose sound says a wrong size, so that the index behind it is not where anybody looks for it.

Programs write the size last, and some are ended before, or count a name or a tag wrongly; the index tells where the
sound is by places in the file, which are right.
"""

from __future__ import annotations

from pathlib import Path

from ohdio_downloader.media.boxes import Box, boxes_within
from ohdio_downloader.media.file_bytes import FileBytes

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
        data = FileBytes(file)
        if (index := _index(data, sound.offset + sound.header)) is not None:
            _write_size(data, sound, index - sound.offset)


def _index(data: FileBytes, start: int) -> int | None:
    """Return where the last index begins behind ``start``; None where there is none."""
    name = data.last_place(_INDEX, start, data.size)
    while name >= 0:
        begin = name - 4
        length = int.from_bytes(data.at(begin, 4), "big")
        if begin >= start and begin + length <= data.size and data.at(name + 8, 4) == _FIRST_IN_INDEX:
            return begin
        name = data.last_place(_INDEX, start, name)
    return None


def _write_size(data: FileBytes, box: Box, size: int) -> None:
    if box.header == _LONG:
        data.write(box.offset + 8, size.to_bytes(8, "big"))
    elif size < 1 << 32:
        data.write(box.offset, size.to_bytes(4, "big"))
