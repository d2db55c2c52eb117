"""The outermost structure of an MP4 file (ISO/IEC 14496-12, section 4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Box:
    """One top-level box."""

    kind: bytes  #: four letters
    offset: int  #: of its header, from the start of the file
    size: int  #: with its header


def top_level_boxes(path: Path) -> Iterator[Box]:
    """Yield the boxes of a file in order; ends early at what is no box."""
    end = path.stat().st_size
    position = 0
    with path.open("rb") as file:
        while position + 8 <= end:
            file.seek(position)
            header = file.read(16)
            length = int.from_bytes(header[:4], "big")
            if length == 0:
                length = end - position
            elif length == 1:
                length = int.from_bytes(header[8:16], "big")
            if length < 8:
                return
            yield Box(header[4:8], position, length)
            position += length
