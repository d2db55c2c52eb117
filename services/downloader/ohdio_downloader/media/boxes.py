"""The structure of an MP4 file (ISO/IEC 14496-12, section 4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ohdio_downloader.media.readable import Readable


@dataclass(frozen=True, slots=True)
class Box:
    """One box."""

    kind: bytes  #: four letters
    offset: int  #: of its header, from the start of the file
    size: int  #: with its header
    header: int = 8  #: bytes before what it holds


def top_level_boxes(path: Path) -> Iterator[Box]:
    """Yield the outermost boxes of a file in order; ends early at what is no box."""
    with path.open("rb") as file:
        yield from boxes_within(file, 0, path.stat().st_size)


def boxes_within(file: Readable, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes that lie one behind the other between two offsets; ends early at what is no box."""
    position = start
    while position + 8 <= end:
        file.seek(position)
        header = file.read(16)
        length, taken = int.from_bytes(header[:4], "big"), 8
        if length == 0:
            length = end - position
        elif length == 1:
            length, taken = int.from_bytes(header[8:16], "big"), 16
        if length < 8:
            return
        yield Box(header[4:8], position, length, taken)
        position += length
