"""How long a file says that it is, by its own header."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from ohdio_downloader.media.mp3_tags import sound_span
from ohdio_downloader.media.mpeg import frame_count, frame_duration

#: Demuxers of files whose headers state a duration; of others FFmpeg computes it from what is there.
_STATING = frozenset({"mov", "matroska", "flac", "ogg", "aiff", "au", "caf", "w64"})

_CHUNK_HEADER = 8  # bytes: its name, and its size in little-endian order
_MOST_CHUNKS = 100
_BYTES_PER_SECOND = slice(8, 12)  # in the chunk "fmt "
#: What writes to a pipe cannot know the size, and puts such a number in its place; so does an RF64.
_UNKNOWN_SIZE = 0x7FFF_0000


def stated_duration(path: Path, container: InputContainer, stream: AudioStream) -> timedelta | None:
    """Return the duration that a file's header states for a stream; None where it states none.

    Args:
        path: The file.
        container: It, opened.
        stream: The sound in it.
    """
    name = container.format.name.partition(",")[0]
    if name == "wav" and stream.codec_context.name.startswith("pcm_"):
        return _stated_by_wav(path) or _read_by_ffmpeg(container, stream)
    if name == "mp3":
        return _stated_by_mp3(path)
    return _read_by_ffmpeg(container, stream) if name in _STATING else None


def _read_by_ffmpeg(container: InputContainer, stream: AudioStream) -> timedelta | None:
    if stream.duration is not None and stream.time_base is not None:
        return timedelta(seconds=float(stream.duration * stream.time_base))
    if container.duration is None or any(map(_is_film, container.streams.video)):
        return None  # of a film it may be the picture's
    return timedelta(seconds=container.duration / av.time_base)


def _is_film(stream: av.VideoStream) -> bool:
    return not stream.disposition & av.stream.Disposition.attached_pic


def _stated_by_mp3(path: Path) -> timedelta | None:
    """Return what the first frame counts; FFmpeg believes the size of the file more, as of several that were joined."""
    start = sound_span(path).start
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        frame = file.read(192)
    seconds, count = frame_duration(frame[:4]), frame_count(frame)
    return None if seconds is None or count is None else timedelta(seconds=seconds * count)


def _stated_by_wav(path: Path) -> timedelta | None:
    """Return what a WAV of samples states (Multimedia Programming Interface 1.0); FFmpeg would return what there is."""
    rate = 0
    with path.open("rb") as file:
        file.seek(12)  # "RIFF", its size, "WAVE"
        for _ in range(_MOST_CHUNKS):
            header = file.read(_CHUNK_HEADER)
            size = int.from_bytes(header[4:], "little")
            if header[:4] == b"data":
                is_known = rate > 0 and 0 < size < _UNKNOWN_SIZE
                return timedelta(seconds=size / rate) if is_known else None
            if len(header) < _CHUNK_HEADER:
                break
            body = file.read(_BYTES_PER_SECOND.stop) if header[:4] == b"fmt " else b""
            rate = int.from_bytes(body[_BYTES_PER_SECOND], "little") or rate
            file.seek(size + size % 2 - len(body), 1)  # chunks begin at even places
    return None
