"""ID3v2.4 frames (id3.org/id3v2.4.0-frames): the tags of an MP3, and of a WAV."""

# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from mutagen.id3 import (
    APIC,
    CHAP,
    COMM,
    CTOC,
    ID3,
    TALB,
    TCOM,
    TCON,
    TDRC,
    TIT2,
    TLAN,
    TPE1,
    TPE2,
    TPOS,
    TPUB,
    TRCK,
    TXXX,
    CTOCFlags,
    ID3NoHeaderError,
)

from ohdio_downloader.media.chapters import Span, milliseconds
from ohdio_downloader.media.taggers.details import FRONT_COVER, FileDetails
from ohdio_downloader.media.taggers.facts import is_fact
from ohdio_downloader.media.taggers.wave import wave_tags

_FRAMES = {
    "TITLE": TIT2,
    "ALBUM": TALB,
    "ARTIST": TPE1,
    "ALBUMARTIST": TPE2,
    "COMPOSER": TCOM,
    "GENRE": TCON,
    "DATE": TDRC,
    "PUBLISHER": TPUB,
    "LANGUAGE": TLAN,
}
#: Text frames that state nothing of the book: of its sound, its rights, how it feels, and when it was written.
_NO_FACTS = frozenset({"TBPM", "TCOP", "TDEN", "TDTG", "TENC", "TFLT", "TKEY", "TMOO", "TPRO", "TSSE"})
#: Frames that state facts and are no text frames by their names: Apple's, and those of podcasts.
_OTHER_FACTS = frozenset({"GRP1", "MVIN", "MVNM", "PCST", "WFED"})
_OF_THE_SOUND = "iTun"  # comments in which iTunes keeps loudness and gaps
_NO_OFFSET = 0xFFFFFFFF  # ID3v2 chapter frame addendum: the times count, not places in the file


def write_mp3(path: Path, details: FileDetails) -> None:
    """Write the tags of an MP3.

    Raises:
        MutagenError: They cannot be written.
    """
    try:
        tags = ID3(path)
    except ID3NoHeaderError:
        tags = ID3()
    _add_frames(tags, details)
    tags.save(path, v1=0)


def id3_tag(beginning: bytes, details: FileDetails, length: Callable[[int], int]) -> bytes:
    """Return the tag that an MP3 is to begin with.

    Args:
        beginning: The tag that it begins with; empty for none.
        details: What is written.
        length: Returns how many bytes it is to have, given how many it needs; the others are padding.

    Raises:
        MutagenError: It cannot be written.
    """
    try:
        tags = ID3(io.BytesIO(beginning))
    except ID3NoHeaderError:
        tags = ID3()
    _add_frames(tags, details)
    written = io.BytesIO()
    tags.save(written, v1=0, padding=lambda info: length(-info.padding) + info.padding)
    return written.getvalue()


def write_wave(path: Path, details: FileDetails) -> None:
    """Write the tags of a WAV; one longer than 4 GiB has none.

    Raises:
        MutagenError: It is none, or they cannot be written.
    """
    with wave_tags(path) as tags:
        _add_frames(tags, details)


def _add_frames(tags: ID3, details: FileDetails) -> None:
    texts, cover = details.texts, details.cover
    if details.is_all:
        _remove_facts(tags)
    for name, text in texts.items():
        frame = _FRAMES.get(name)
        tags.add(frame(encoding=3, text=text) if frame else TXXX(encoding=3, desc=name, text=text))
    if "DESCRIPTION" in texts:
        tags.add(COMM(encoding=3, lang="und", desc="", text=texts["DESCRIPTION"]))
    for frame, place in details.places(TRCK, TPOS):
        tags.add(frame(encoding=3, text=_numbered(place)))
    if cover is not None:
        tags.delall("APIC")
        tags.add(APIC(encoding=3, mime=cover.mime, type=FRONT_COVER, desc="", data=cover.data))
    if details.chapters:
        add_chapters(tags, details.chapters)


def _numbered(place: tuple[int, int]) -> str:
    """Return a number and how many there are, where that is known."""
    number, count = place
    return f"{number}/{count}" if count else str(number)


def _remove_facts(tags: ID3) -> None:
    """Remove what states facts of the book, whoever wrote it."""
    for key in [key for key in tags if _states_fact(key)]:
        del tags[key]


def _states_fact(key: str) -> bool:
    """Return whether a frame states one, by its key: its kind, and a description where the kind has one."""
    kind, _, description = key.partition(":")
    match kind:
        case "TXXX":
            return is_fact(description)
        case "COMM":
            return not description.startswith(_OF_THE_SOUND)
    return (kind.startswith("T") and kind not in _NO_FACTS) or kind in _OTHER_FACTS


def add_chapters(tags: ID3, chapters: tuple[Span, ...]) -> None:
    """Put chapters into tags, in place of those that are there (id3.org/id3v2-chapters-1.0)."""
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
                start_time=milliseconds(chapter.start),
                end_time=milliseconds(chapter.end),
                start_offset=_NO_OFFSET,
                end_offset=_NO_OFFSET,
                sub_frames=[TIT2(encoding=3, text=chapter.title)],
            )
        )
