"""Vorbis comments (xiph.org/vorbis/doc/v-comment.html): the tags of Ogg, of Opus and of FLAC."""

# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

from mutagen.flac import FLAC, Picture
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from ohdio_downloader.media.chapters import Span, milliseconds
from ohdio_downloader.media.cover import Cover
from ohdio_downloader.media.taggers.details import FRONT_COVER, FileDetails
from ohdio_downloader.media.taggers.facts import is_fact


def write_flac(path: Path, details: FileDetails) -> None:
    """Write the comments and the picture of a FLAC.

    Raises:
        MutagenError: It is none, or they cannot be written.
    """
    file = FLAC(path)
    _add_comments(file, details)
    if details.cover is not None:
        file.clear_pictures()
        file.add_picture(_picture(details.cover))
    file.save(deleteid3=True)


def write_vorbis(path: Path, details: FileDetails) -> None:
    """Write the comments of Vorbis in Ogg.

    Raises:
        MutagenError: It is none, or they cannot be written.
    """
    _write_ogg(OggVorbis(path), details)


def write_opus(path: Path, details: FileDetails) -> None:
    """Write the comments of Opus in Ogg (RFC 7845, section 5.2).

    Raises:
        MutagenError: It is none, or they cannot be written.
    """
    _write_ogg(OggOpus(path), details)


def _write_ogg(file: OggVorbis | OggOpus, details: FileDetails) -> None:
    _add_comments(file, details)
    if details.cover is not None:
        file["METADATA_BLOCK_PICTURE"] = [base64.b64encode(_picture(details.cover).write()).decode()]
    file.save()


def _add_comments(file: FLAC | OggOpus | OggVorbis, details: FileDetails) -> None:
    if details.is_all:
        for name in [name for name in list(file) if is_fact(name)]:
            del file[name]
    for name, text in details.texts.items():
        file[name] = [text]
    for name, (number, count) in details.places("TRACK", "DISC"):
        file[f"{name}NUMBER"] = [str(number)]
        if count:
            file[f"{name}TOTAL"] = [str(count)]
    if details.chapters:
        _add_chapters(file, details.chapters)


def _add_chapters(file: FLAC | OggOpus | OggVorbis, chapters: tuple[Span, ...]) -> None:
    """Put chapters into comments, in place of those that are there (wiki.xiph.org/Chapter_Extension)."""
    for name in list(file.keys()):
        if name.upper().startswith("CHAPTER"):
            del file[name]
    for number, chapter in enumerate(chapters):
        file[f"CHAPTER{number:03}"] = [_clock(chapter.start)]
        file[f"CHAPTER{number:03}NAME"] = [chapter.title]


def _picture(cover: Cover) -> Picture:
    picture = Picture()
    picture.type = FRONT_COVER
    picture.mime = cover.mime
    picture.data = cover.data
    return picture


def _clock(time: timedelta) -> str:
    seconds, thousandths = divmod(milliseconds(time), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"
