"""The parts of a book as one file, where these can be laid end to end: MP3 of one constant bit rate, and AAC in MP4.

A browser plays one file through by itself, also while it lets no script run, as behind a locked screen. Seconds and
bytes of such an MP3 are in one proportion, and an MP4 has tables, so that browsers find each second of it (ADR 21).
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from functools import lru_cache, partial
from itertools import accumulate
from typing import NamedTuple

from ohdio_core.domain.formats import M4A, MP3
from ohdio_core.errors import Postponed
from ohdio_core.library import Library, LibraryFile
from ohdio_core.mp4.reading import read_track
from ohdio_core.mp4.writing import join_tracks

_LOOKED_AT = 4096  # files that are remembered
_KEPT = 8  # books in MP4, with some megabytes of tables each
#: Ten hours at 44.1 kHz: a browser has the tables before it plays, four bytes a sample.
_MOST_SAMPLES = 1_600_000
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


class PartBytes(NamedTuple):
    """What one file gives to the whole."""

    file: LibraryFile
    start: int
    size: int
    seconds: float


class JoinedBook(NamedTuple):
    """All parts, one behind the other."""

    library: Library
    stretches: Sequence[PartBytes]
    media_type: str
    head: bytes = b""  #: stands before them

    @property
    def size(self) -> int:
        """Return how many bytes it is."""
        return len(self.head) + sum(stretch.size for stretch in self.stretches)

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
        if start < len(self.head):
            yield self.head[start : start + length]
        ends = accumulate((stretch.size for stretch in self.stretches), initial=len(self.head))
        next(ends)
        for stretch, end in zip(self.stretches, ends, strict=True):
            skipped = max(0, start - (end - stretch.size))
            wanted = min(start + length, end) - (end - stretch.size) - skipped
            if skipped < stretch.size and wanted > 0:
                yield from self.library.read(stretch.file.name, stretch.start + skipped, wanted)


class Joiner:
    """Lays the parts of books end to end."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._sound_of = lru_cache(_LOOKED_AT)(self._look_at)
        self._joined_mp4 = lru_cache(_KEPT)(self._join_mp4)

    def join(self, files: Sequence[LibraryFile], seconds: Sequence[float | None]) -> JoinedBook | None:
        """Return these files as one; None where they cannot be.

        Args:
            seconds: Of each, as measured; what has another length than its first frame tells is of a changing bit rate.
        """
        if len(files) < 2 or len(files) != len(seconds):
            return None
        suffixes = {file.name.suffix for file in files}
        try:
            if suffixes == {MP3.suffix}:
                return self._join_mp3(files, seconds)
            return self._joined_mp4(tuple(files)) if suffixes == {M4A.suffix} else None
        except (OSError, Postponed):
            return None

    def _join_mp3(self, files: Sequence[LibraryFile], seconds: Sequence[float | None]) -> JoinedBook | None:
        found = [self._sound_of(file) for file in files]
        sounds = [
            sound
            for sound, length in zip(found, seconds, strict=True)
            if sound is not None and length is not None and abs(sound.seconds - length) < 0.2
        ]
        if len(sounds) < len(files) or len({sound.kind for sound in sounds}) > 1:
            return None
        stretches = [PartBytes(sound.file, sound.start, sound.size, sound.seconds) for sound in sounds]
        return JoinedBook(self.library, stretches, MP3.media_type)

    def _join_mp4(self, files: tuple[LibraryFile, ...]) -> JoinedBook | None:
        found = [read_track(partial(self._read, file), file.size) for file in files]
        tracks = [track for track in found if track is not None]
        is_short = sum(len(track.sizes) // 4 for track in tracks) <= _MOST_SAMPLES
        head = join_tracks(tracks) if is_short and len(tracks) == len(files) else None
        if head is None:
            return None
        stretches = [
            PartBytes(file, track.start, track.size, track.seconds) for file, track in zip(files, tracks, strict=True)
        ]
        return JoinedBook(self.library, stretches, M4A.media_type, head)

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
