"""The parts of a book as one file, where these can be laid end to end: MP3 of one constant bit rate.

A browser plays one file through by itself, also while it lets no script run, as behind a locked screen. Seconds and
bytes of such a file are in one proportion, so that browsers find each second of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ohdio_core.domain.formats import MP3
from ohdio_core.errors import Postponed
from ohdio_core.library import Library, LibraryFile

_LOOKED_AT = 4096  # files that are remembered
_LONGEST_FRAME = 1441  # bytes, with padding
#: kbit/s of MPEG-1 and of MPEG-2 and 2.5, layer III (ISO/IEC 11172-3 section 2.4.2.3, 13818-3 section 2.4.2.3).
_KILOBITS = (
    (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_HERTZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
#: Where the first frame has one of these it holds no sound, but figures of its own file.
_FIGURES = (b"Xing", b"Info", b"VBRI")


class FrameKind(NamedTuple):
    """What all frames of a file share."""

    version: int  #: as the header has it: 3 is MPEG-1
    kilobits: int  #: a second
    hertz: int
    is_mono: bool


class PartSound(NamedTuple):
    """The sound of one file, without what is before and behind it."""

    file: LibraryFile
    kind: FrameKind
    start: int
    size: int

    @property
    def seconds(self) -> float:
        """Return how long it lasts."""
        return self.size / (self.kind.kilobits * 125)


class JoinedBook(NamedTuple):
    """All parts, one behind the other."""

    library: Library
    stretches: Sequence[PartSound]

    @property
    def size(self) -> int:
        """Return how many bytes it is."""
        return sum(stretch.size for stretch in self.stretches)

    @property
    def etag(self) -> str:
        """Return what changes with any of its files."""
        seen = repr([(str(each.file.name), each.file.modified_ns, each.file.size) for each in self.stretches])
        return f'"{hashlib.sha256(seen.encode()).hexdigest()[:32]}"'

    def read(self, start: int, length: int) -> Generator[bytes]:
        """Yield bytes of it.

        Raises:
            OSError: A file cannot be read.
        """
        ends = accumulate(stretch.size for stretch in self.stretches)
        for stretch, end in zip(self.stretches, ends, strict=True):
            skipped = max(0, start - (end - stretch.size))
            wanted = min(start + length, end) - (end - stretch.size) - skipped
            if skipped < stretch.size and wanted > 0:
                yield from self.library.read(stretch.file.name, stretch.start + skipped, wanted)


class Joiner:
    """Lays the parts of books end to end."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._stretch_of = lru_cache(_LOOKED_AT)(self._look_at)

    def join(self, files: Sequence[LibraryFile], seconds: Sequence[float | None]) -> JoinedBook | None:
        """Return these files as one; None where they cannot be.

        Args:
            seconds: Of each, as measured; what has another length than its first frame tells is of a changing bit rate.
        """
        if len(files) < 2 or len(files) != len(seconds) or any(file.name.suffix != MP3.suffix for file in files):
            return None
        try:
            found = [self._stretch_of(file) for file in files]
        except (OSError, Postponed):
            return None
        stretches = [
            stretch
            for stretch, length in zip(found, seconds, strict=True)
            if stretch is not None and length is not None and abs(stretch.seconds - length) < 0.2
        ]
        if len(stretches) < len(files) or len({stretch.kind for stretch in stretches}) > 1:
            return None
        return JoinedBook(self.library, stretches)

    def _look_at(self, file: LibraryFile) -> PartSound | None:
        start = 0
        while (tag := self._read(file, start, 10))[:3] == b"ID3" and len(tag) == 10:
            # Seven bits a byte, without the ten of the header and of a footer (ID3v2.4.0 section 3.1).
            size = sum((byte & 0x7F) << shift for byte, shift in zip(tag[6:], (21, 14, 7, 0), strict=True))
            start += 10 + size + (10 if tag[5] & 0x10 else 0)
        first = self._read(file, start, _LONGEST_FRAME)
        kind, length = _frame(first)
        if kind is None or len(first) < length:
            return None
        if any(figures in first[:64] for figures in _FIGURES):
            start += length
        if _frame(self._read(file, start, 4))[0] != kind:
            return None
        has_tag = self._read(file, max(start, file.size - 128), 3) == b"TAG"  # ID3v1
        return PartSound(file, kind, start, file.size - start - (128 if has_tag else 0))

    def _read(self, file: LibraryFile, start: int, length: int) -> bytes:
        return b"".join(self.library.read(file.name, start, min(length, max(0, file.size - start))))


def _frame(header: bytes) -> tuple[FrameKind | None, int]:
    """Return what the frame that begins with these bytes is, and how many bytes it has; None for anything else."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:  # 11 bits of sync, layer III
        return None, 0
    version, rate, step = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version not in _HERTZ or rate in (0, 15) or step == 3:
        return None, 0
    is_first = version == 3
    kilobits, hertz = _KILOBITS[0 if is_first else 1][rate - 1], _HERTZ[version][step]
    length = (144_000 if is_first else 72_000) * kilobits // hertz + (header[2] >> 1 & 1)
    return FrameKind(version, kilobits, hertz, header[3] >> 6 == 3), length
