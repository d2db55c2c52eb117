"""One file of several MP3s: their frames as they are, one behind the other, behind a frame that counts them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

from ohdio_downloader.disk import copy_stretch
from ohdio_downloader.media.chapters import MOST, Span
from ohdio_downloader.media.mp3_tags import sound_span
from ohdio_downloader.media.mpeg import frame_duration, frame_length, has_frame_count, read_frames

_MPEG_1 = 0x18  # both bits of the version
_MONO = 0xC0
_NO_CHECKSUM = 1
_PLACES = 100
#: What a frame that counts has behind its header and side information: its mark, flags, two numbers and the places.
_COUNTING = 4 + 4 + 4 + 4 + _PLACES
_HAS_ALL = (7).to_bytes(4, "big")
#: Where LAME, and who does as LAME does, tells how many samples of silence it has added (gabriel.mp3-tech.org).
_ADDED = 141
_DECODER_DELAY = 529  # samples, which decoders add at the beginning
_LOOKED_AT = 4  # frames at the end
_FIRST = 192  # bytes of the first frame, which has the count
_ID3_BEGINNING = b"ID3\x04\x00\x00"


@dataclass(frozen=True, slots=True)
class FrameRun:
    """The frames of one file."""

    path: Path
    header: bytes  #: of the first of them
    start: int
    end: int
    count: int
    is_constant: bool  #: their bit rate
    is_one_kind: bool  #: they do not change midway

    @property
    def encoding(self) -> bytes | None:
        """Return what is the same in all that one decoder plays: version, sampling rate, one channel or two.

        None where that changes within the file.
        """
        if not self.is_one_kind:
            return None
        return bytes((self.header[1] & _MPEG_1, self.header[2] & 0x0C, (self.header[3] & _MONO) == _MONO))

    @property
    def seconds(self) -> float:
        """Return how long they sound."""
        return self.count * (frame_duration(self.header) or 0)


def read_run(path: Path) -> FrameRun | None:
    """Return the frames of a file, without one that only counts them; None where there are none.

    Whole frames of silence that its encoder has added at the end are left out.
    """
    frames = read_frames(path, _LOOKED_AT, lambda: None)
    span = sound_span(path)
    with path.open("rb") as file:
        file.seek(span.start)
        first = file.read(_FIRST)
        start = span.start + (frame_length(first[:4]) if has_frame_count(first) else 0)
        file.seek(start)
        header = file.read(4)
    seconds = frame_duration(header)
    if frames is None or seconds is None:
        return None
    count, end = round(frames.duration.total_seconds() / seconds), span.end
    silent = _silent_frames(first, _samples(header))
    for frame in reversed(frames.last[len(frames.last) - silent :] if silent else []):
        count, end = count - 1, end - len(frame)
    is_constant = abs((end - start) / max(1, count) - frame_length(header, is_padded=False)) <= 1
    return FrameRun(path, header, start, end, count, is_constant, frames.is_one_kind)


def _silent_frames(first: bytes, samples: int) -> int:
    """Return how many whole frames at the end are there because of the encoder alone, as its first frame tells."""
    mark = max(first.find(b"Xing"), first.find(b"Info"))
    told = first[mark + _ADDED : mark + _ADDED + 3]
    if mark < 0 or len(told) < 3:
        return 0
    return min(_LOOKED_AT - 1, max(0, (int.from_bytes(told, "big") & 0xFFF) - _DECODER_DELAY) // samples)


def _samples(header: bytes) -> int:
    return 1152 if header[1] & _MPEG_1 == _MPEG_1 else 576


class OneMp3:
    """The sound of files whose frames are alike.

    Args:
        runs: Of the files.
    """

    has_chapters = False  #: they are tags
    most_chapters: int | None = MOST

    def __init__(self, runs: Sequence[FrameRun]) -> None:
        self._runs = runs

    @property
    def lengths(self) -> list[timedelta]:
        """Return how long each file is heard in the one."""
        return [timedelta(seconds=run.seconds) for run in self._runs]

    @property
    def size(self) -> int:
        """Return about how many bytes it has, without its tags."""
        return sum(run.end - run.start for run in self._runs)

    def write(self, target: Path, chapters: Sequence[Span], check: Callable[[], None], *, room: int) -> None:
        """Write it.

        Args:
            target: Where.
            chapters: Left to the tags.
            check: Called often; what it raises ends the work.
            room: Bytes of tags, so that nothing moves when they are written.

        Raises:
            OSError: The disk refuses it.
        """
        del chapters
        with target.open("wb") as file:
            file.write(_ID3_BEGINNING + bytes(room >> shift & 0x7F for shift in (21, 14, 7, 0)) + bytes(room))
            file.write(self._counting_frame())
            for run in self._runs:
                copy_stretch(run.path, run.start, run.end - run.start, file, check)

    def _counting_frame(self) -> bytes:
        """Return a frame without sound that says how many follow, and where to seek to (mp3infotag.html, ibid.)."""
        first = self._runs[0].header
        side = (32, 17) if first[1] & _MPEG_1 == _MPEG_1 else (17, 9)
        before = 4 + side[first[3] & _MONO == _MONO]
        # The bit rate of the others where the frame is long enough with it, else the next that makes it so.
        rates = range(first[2] >> 4, 15)
        headers = [bytes((0xFF, first[1] | _NO_CHECKSUM, rate << 4 | first[2] & 0x0C, first[3])) for rate in rates]
        header = next(each for each in headers if frame_length(each) >= before + _COUNTING)
        length = frame_length(header)
        is_constant = (
            all(run.is_constant for run in self._runs) and len({run.header[2] & 0xF0 for run in self._runs}) == 1
        )
        numbers = sum(run.count for run in self._runs), length + self.size
        counted = b"".join(number.to_bytes(4, "big") for number in numbers)
        told = (b"Info" if is_constant else b"Xing") + _HAS_ALL + counted + self._places()
        return (header + bytes(before - 4) + told).ljust(length, b"\0")

    def _places(self) -> bytes:
        """Return where each hundredth of the time begins, in 256ths of the bytes; within a file, as if evenly."""
        times = list(accumulate((run.seconds for run in self._runs), initial=0.0))
        places = list(accumulate((run.end - run.start for run in self._runs), initial=0))
        told = []
        for hundredth in range(_PLACES):
            time = times[-1] * hundredth / _PLACES
            run = min(bisect_right(times, time) - 1, len(self._runs) - 1)
            share = (time - times[run]) / max(1e-9, times[run + 1] - times[run])
            place = places[run] + share * (places[run + 1] - places[run])
            told.append(min(255, int(256 * place / max(1, places[-1]))))
        return bytes(told)
