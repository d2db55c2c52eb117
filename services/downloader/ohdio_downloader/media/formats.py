"""The containers that audio is filed in: how each is written, tagged and given chapters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ohdio_core.domain import formats
from ohdio_downloader.media.chapters import Span
from ohdio_downloader.media.mux import Muxer
from ohdio_downloader.media.taggers.details import FileDetails
from ohdio_downloader.media.taggers.id3 import write_mp3, write_wave
from ohdio_downloader.media.taggers.mp4 import write_mp4, write_mp4_chapters
from ohdio_downloader.media.taggers.vorbis import write_flac, write_opus, write_vorbis


class ChapterWriter(Protocol):
    """Writes chapters that are no tags."""

    def __call__(self, path: Path, muxer: Muxer, chapters: tuple[Span, ...], *, keep_free: int) -> None:
        """Write a file anew with chapters.

        Raises:
            DamagedAudio: It cannot be read.
            MutagenError: Its tags cannot.
            Postponed: There is no room for it with ``keep_free`` bytes staying free.
        """


@dataclass(frozen=True, slots=True)
class Container:
    """One format of files that audio is filed in."""

    file_format: formats.FileFormat  #: its suffix, and its media type
    muxer: Muxer
    demuxer: str | None  #: by FFmpeg's name, which reads what is one already; None where all are written anew
    write_tags: Callable[[Path, FileDetails], None]  #: raises MutagenError
    muxes_chapters: bool = True  #: whether FFmpeg's muxer writes chapters; else they are written afterwards
    write_chapters: ChapterWriter | None = None  #: None where ``write_tags`` does it

    @property
    def suffix(self) -> str:
        """Return the suffix of the names of its files, with its dot."""
        return self.file_format.suffix

    def is_read_by(self, demuxers: str) -> bool:
        """Return whether FFmpeg reads a file as this, by the names of its demuxer, with commas between."""
        return self.demuxer in demuxers.split(",")


MP3 = Container(formats.MP3, Muxer("mp3"), "mp3", write_mp3)
M4A = Container(formats.M4A, Muxer("ipod"), "m4a", write_mp4, write_chapters=write_mp4_chapters)
OGG = Container(formats.OGG, Muxer("ogg"), "ogg", write_vorbis, muxes_chapters=False)
OPUS = Container(formats.OPUS, Muxer("ogg"), "ogg", write_opus)
FLAC = Container(formats.FLAC, Muxer("flac"), "flac", write_flac, muxes_chapters=False)
# A WAV of 4 GiB or more becomes an RF64 (EBU Tech 3306), whose numbers are long enough.
WAV = Container(formats.WAV, Muxer("wav", {"rf64": "auto"}), None, write_wave, muxes_chapters=False)

CONTAINERS = (MP3, M4A, OGG, OPUS, FLAC, WAV)

_BY_FORMAT = {container.file_format: container for container in CONTAINERS}


def container_at(path: Path) -> Container:
    """Return the container of a file that was assembled, by its name.

    Raises:
        KeyError: It is no name of one.
    """
    form = formats.audio_format(path)
    if form is None:
        raise KeyError(path.suffix)
    return _BY_FORMAT[form]
