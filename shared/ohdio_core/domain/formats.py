"""What the files of a book are, by their suffixes: the formats that are filed, and served again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format of files."""

    suffix: str  #: of their names, with its dot
    media_type: str  #: as HTTP names it


MP3 = FileFormat(".mp3", "audio/mpeg")  # RFC 3003
M4A = FileFormat(".m4a", "audio/mp4")  # RFC 4337
OGG = FileFormat(".ogg", "audio/ogg")  # RFC 5334; Vorbis
OPUS = FileFormat(".opus", "audio/ogg")  # RFC 7845
FLAC = FileFormat(".flac", "audio/flac")  # RFC 9639
WAV = FileFormat(".wav", "audio/wav")

#: Containers of audio; how the downloader writes each is in its ``media.formats``.
AUDIO_FORMATS = (MP3, M4A, OGG, OPUS, FLAC, WAV)

JPEG = FileFormat(".jpg", "image/jpeg")

#: Covers; only JPEG is filed by now, and the others were by earlier versions or by people.
PICTURE_FORMATS = (JPEG, FileFormat(".png", "image/png"), FileFormat(".webp", "image/webp"))

#: Whoever makes one file of a book's parts calls it ``.m4b``.
_AUDIO = {each.suffix: each for each in AUDIO_FORMATS} | {".m4b": M4A}
#: What players and people may put in the place of files of ours.
_SOUND = frozenset(_AUDIO) | frozenset(
    {".aac", ".aif", ".aiff", ".caf", ".m4r", ".mka", ".mp4", ".oga", ".webm", ".wma"},
)
_PICTURES = {each.suffix: each for each in PICTURE_FORMATS}


def audio_format(file: PurePath) -> FileFormat | None:
    """Return the format of a book's audio file, by its name; None for any other file."""
    return _AUDIO.get(file.suffix.lower())


def is_sound(file: PurePath) -> bool:
    """Return whether a file may be sound, by its name: of a format that is filed, or that others make."""
    return file.suffix.lower() in _SOUND


def picture_format(file: PurePath) -> FileFormat | None:
    """Return the format of a cover, by its name; None for any other file."""
    return _PICTURES.get(file.suffix)
