"""Places to jump to within a file: read from a chapters file, and written where players look for them."""

# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from av.container import InputContainer
from mutagen import MutagenError
from mutagen.flac import FLAC
from mutagen.id3 import CHAP, CTOC, ID3, TIT2, CTOCFlags
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from ohdio_core.domain.audiobook import Chapter
from ohdio_downloader.disk import copying
from ohdio_downloader.media.mux import mux
from ohdio_downloader.media.probe import DamagedAudio, open_audio
from ohdio_downloader.media.wave_tags import wave_tags

if TYPE_CHECKING:
    from av.container.core import Chapter as AvChapter  # in its annotations only

#: Chapters files of podcasts have some kilobytes.
MAX_BYTES = 1024 * 1024

_MOST = 255  # ID3's table of contents and Nero's list count them in one byte
_LONGEST_TITLE = 200
_LATEST = timedelta(days=60).total_seconds()
_NO_OFFSET = 0xFFFFFFFF  # ID3v2 chapter frame addendum: the times count, not places in the file


@dataclass(frozen=True, slots=True)
class Span:
    """A chapter within a file whose length is known."""

    start: timedelta
    end: timedelta
    title: str


def read_chapters(data: bytes) -> tuple[Chapter, ...]:
    """Read a chapters file (github.com/Podcastindex-org/podcast-namespace/blob/main/chapters/jsonChapters.md).

    Those that are not for the table of contents, and what is no chapter at all, are left out; empty for anything
    else than such a file.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return ()
    listed = document.get("chapters") if isinstance(document, dict) else None
    return tuple(chapter for entry in listed if (chapter := _chapter(entry))) if isinstance(listed, list) else ()


def spans(chapters: Iterable[Chapter], duration: timedelta) -> tuple[Span, ...]:
    """Give each chapter its end: where the next begins, or the file ends.

    Those that begin where there is no sound any more are left out, and all but the last of those that begin at once.
    """
    starts = {chapter.start: chapter.title for chapter in chapters if timedelta(0) <= chapter.start < duration}
    ordered = sorted(starts)[:_MOST]
    if not ordered:
        return ()
    ends = [*ordered[1:], duration]
    return tuple(Span(start, end, starts[start]) for start, end in zip(ordered, ends, strict=True))


def add_id3_chapters(tags: ID3, chapters: tuple[Span, ...]) -> None:
    """Put chapters into the tags of an MP3, in place of those that it has (id3.org/id3v2-chapters-1.0)."""
    tags.delall("CHAP")
    tags.delall("CTOC")
    # Mutagen writes short frames first, and FFmpeg lists chapters as they stand in the file: with names that make all
    # frames of one length, their numbers decide.
    lengths = [len(chapter.title.encode()) for chapter in chapters]
    names = [f"chp{number:03}{'-' * (max(lengths) - length)}" for number, length in enumerate(lengths)]
    flags = CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED
    tags.add(CTOC(element_id="toc", flags=flags, child_element_ids=names, sub_frames=[]))
    for name, chapter in zip(names, chapters, strict=True):
        tags.add(
            CHAP(
                element_id=name,
                start_time=_milliseconds(chapter.start),
                end_time=_milliseconds(chapter.end),
                start_offset=_NO_OFFSET,
                end_offset=_NO_OFFSET,
                sub_frames=[TIT2(encoding=3, text=chapter.title)],
            )
        )


def add_comment_chapters(file: FLAC | OggOpus | OggVorbis, chapters: tuple[Span, ...]) -> None:
    """Put chapters into Vorbis comments, in place of those that are there (wiki.xiph.org/Chapter_Extension)."""
    for name in list(file.keys()):
        if name.upper().startswith("CHAPTER"):
            del file[name]
    for number, chapter in enumerate(chapters):
        file[f"CHAPTER{number:03}"] = [_clock(chapter.start)]
        file[f"CHAPTER{number:03}NAME"] = [chapter.title]


def spans_in(container: InputContainer) -> tuple[Span, ...]:
    """Return the chapters that a file has; those without a name are called by their number."""
    return tuple(
        Span(
            timedelta(seconds=float(chapter["start"] * chapter["time_base"])),
            timedelta(seconds=float(chapter["end"] * chapter["time_base"])),
            chapter["metadata"].get("title") or str(number),
        )
        for number, chapter in enumerate(container.chapters(), 1)
        if chapter["time_base"] is not None
    )


def write_comment_chapters(path: Path, chapters: tuple[Span, ...]) -> None:
    """Write chapters into a file with Vorbis comments, and nothing else.

    Raises:
        DamagedAudio: It is none.
    """
    file = _open_commented(path)
    add_comment_chapters(file, chapters)
    file.save()


def write_wave_chapters(path: Path, chapters: tuple[Span, ...]) -> None:
    """Write chapters into a WAV, and nothing else.

    Raises:
        DamagedAudio: It is none.
    """
    try:
        with wave_tags(path) as tags:
            add_id3_chapters(tags, chapters)
    except MutagenError as error:
        raise DamagedAudio("The chapters of the file that was fetched cannot be written.") from error


def _open_commented(path: Path) -> FLAC | OggOpus | OggVorbis:
    for kind in (FLAC, OggVorbis, OggOpus):
        with suppress(MutagenError):
            return kind(path)
    raise DamagedAudio("The chapters of the file that was fetched cannot be written.")


def write_mp4_chapters(path: Path, chapters: tuple[Span, ...], *, keep_free: int = 0) -> None:
    """Write an ``.m4a`` anew with chapters, as a track of text (Apple) and as Nero's list, and with the tags it had.

    The sound is copied as it is, with its timing; a file that has these chapters already is left alone.

    Raises:
        DamagedAudio: It cannot be read.
        Postponed: There is no room for it with ``keep_free`` bytes staying free.
    """
    wanted = [_av_chapter(number, chapter) for number, chapter in enumerate(chapters)]
    with open_audio(path) as (container, _):
        if container.chapters() == wanted:
            return
    tags = dict(MP4(path).items())
    half = path.with_name(f"{path.name}.chapters")
    with copying(half, path.stat().st_size, keep_free=keep_free):
        with av.open(str(half), "w", format="ipod") as output, open_audio(path) as (container, stream):
            copy = output.add_stream_from_template(stream)
            output.set_chapters(wanted)
            for packet in container.demux(stream):
                if packet.size:
                    packet.stream = copy
                    mux(output, packet)
        written = MP4(half)
        written.update(tags)
        written.save()
    half.replace(path)


def _chapter(entry: Any) -> Chapter | None:
    if not isinstance(entry, dict) or entry.get("toc") is False:
        return None
    start, title = entry.get("startTime"), entry.get("title")
    if isinstance(start, bool) or not isinstance(start, int | float) or not isinstance(title, str):
        return None
    words = " ".join(
        "".join(character for character in title if character.isprintable() or character.isspace()).split()
    )
    if not words or not 0 <= start <= _LATEST:
        return None
    return Chapter(timedelta(seconds=start), words[:_LONGEST_TITLE])


def _av_chapter(number: int, chapter: Span) -> AvChapter:
    return {
        "id": number,
        "start": _milliseconds(chapter.start),
        "end": _milliseconds(chapter.end),
        "time_base": Fraction(1, 1000),
        "metadata": {"title": chapter.title},
    }


def _milliseconds(time: timedelta) -> int:
    return round(time / timedelta(milliseconds=1))


def _clock(time: timedelta) -> str:
    seconds, milliseconds = divmod(_milliseconds(time), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{milliseconds:03}"
