"""What a file is, by its own bytes."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from ohdio_core.errors import TransientError
from ohdio_core.sentences import sentence
from ohdio_downloader.disk import require_readable
from ohdio_downloader.media.readable import Readable
from ohdio_downloader.media.stated import stated_duration


class DamagedAudio(TransientError):
    """The file is no audio, or not whole; fetched again, from the start, it may be."""


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What the headers of a file tell."""

    container: str  #: as FFmpeg names the demuxer, for instance "mp3" or "mov,mp4,m4a,3gp,3g2,mj2"
    codec: str  #: as FFmpeg names it: "mp3", "aac", "opus", "vorbis", "flac", …
    duration: timedelta | None  #: as the headers claim or imply; None when they do not
    bit_rate: int | None  #: bits a second
    sample_rate: int
    channels: int
    stated: timedelta | None = None  #: as the headers of a file on the disk claim; None where they claim nothing
    has_picture: bool = False  #: a cover


def probe(file: Path | Readable) -> AudioInfo:
    """Read the headers of an audio file.

    Raises:
        DamagedAudio: It cannot be read, or has no audio.
    """
    with open_audio(file) as (container, stream):
        duration = None if container.duration is None else timedelta(seconds=container.duration / av.time_base)
        return AudioInfo(
            container=container.format.name,
            codec=stream.codec_context.codec.canonical_name,
            duration=duration,
            bit_rate=container.bit_rate or None,
            sample_rate=stream.sample_rate,
            channels=stream.channels,
            stated=stated_duration(file, container, stream) if isinstance(file, Path) else None,
            has_picture=any(each.disposition & Disposition.attached_pic for each in container.streams.video),
        )


@contextmanager
def open_audio(file: Path | Readable, *, of: Path | None = None) -> Iterator[tuple[InputContainer, AudioStream]]:
    """Open a file and its first audio stream.

    Args:
        file: It.
        of: The file on the disk that ``file`` reads.

    Raises:
        DamagedAudio: It is no audio, or damaged; also for what FFmpeg or the block finds inside the block.
        OSError: The disk cannot read it.
    """
    try:
        with av.open(str(file) if isinstance(file, Path) else file, "r", metadata_errors="replace") as container:
            if not container.streams.audio:
                raise DamagedAudio(sentence("sound.none", "The file that was fetched has no audio in it."))
            stream = container.streams.audio[0]
            if getattr(stream, "codec_context", None) is None:  # its types do not say that there may be none
                raise av.DecoderNotFoundError(errno.ENOSYS, "codec")
            yield container, stream
    except (av.FFmpegError, UnicodeDecodeError, DamagedAudio) as error:
        if (path := file if isinstance(file, Path) else of) is not None:
            require_readable(path)  # to FFmpeg, what cannot be read is damaged, or ends there
        if isinstance(error, DamagedAudio):
            raise
        raise DamagedAudio(sentence("sound.unreadable", "The file that was fetched is not readable audio.")) from error


def is_film(container: InputContainer) -> bool:
    """Return whether a file has a moving picture beside its sound; a cover is none."""
    return any(not stream.disposition & Disposition.attached_pic for stream in container.streams.video)
