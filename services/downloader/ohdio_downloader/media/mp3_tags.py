"""The tags that people and programs put around and between the frames of an MP3, and how long each is.

ID3v2 (id3.org/id3v2.4.0-structure, section 3.1), ID3v1 (128 bytes, "TAG"), APEv2
(wiki.hydrogenaud.io/index.php?title=APEv2_specification) and Lyrics3v2 (id3.org/Lyrics3v2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ohdio_downloader.media.file_bytes import FileBytes

ID3_HEADER = 10
ID3_FOOTER = 0x10  #: the flag of a tag that ends with a copy of its header, and so has no padding
_ID3V1 = 128
_APE = 32  # its header, and its footer
_APE_IS_HEADER = 1 << 29
_LYRICS = re.compile(rb"(\d{6})LYRICS200\Z")
_LYRICS_END = 15
_LYRICS_FOOTER = re.compile(rb"LYRICS200")

# What stands where a tag begins whose end was found; an APE tag without a header begins with its first item.
_APE_BEGINNING = re.compile(rb"APETAGEX")
_APE_ITEM = re.compile(rb".{8}[\x20-\x7e]{2,255}\0", re.DOTALL)
_LYRICS_BEGINNING = re.compile(rb"LYRICSBEGIN")
_ID3_BEGINNING = re.compile(rb"ID3")
_LONGEST_ITEM = 264  #: of which that is looked at

_BEGINNING = re.compile(rb"ID3[\x02-\x04][^\xff]|APETAGEX|TAG|LYRICSBEGIN")
_LONGEST_BEGINNING = 11
#: After an ID3v2 tag, though its size should count them. Editors put some thousand there at most; more is a hole.
_MOST_PADDING = 16 * 1024
_PADDING = re.compile(rb"\0{0,%d}(?!\0)" % _MOST_PADDING)


@dataclass(frozen=True, slots=True)
class SoundSpan:
    """Where the sound of an MP3 lies."""

    first_tag: int  #: bytes of the ID3v2 tag that begins the file; 0 without one
    start: int  #: after every tag at the beginning
    end: int  #: before every tag at the end


def id3_size(header: bytes) -> int:
    """Return the bytes of the ID3v2 tag that these, its first ten, begin: without its padding outside, 0 if none."""
    if header[:3] != b"ID3" or len(header) < ID3_HEADER:
        return 0
    # The size is four bytes of seven bits each.
    size = sum((byte & 0x7F) << shift for byte, shift in zip(header[6:10], (21, 14, 7, 0), strict=True))
    return ID3_HEADER + size + (ID3_HEADER if header[5] & ID3_FOOTER else 0)


def tag_end(data: FileBytes, position: int) -> int | None:
    """Return where the tag ends that begins at ``position``, with some zeros after an ID3v2 tag; None for no tag."""
    beginning = data.at(position, _APE)
    if beginning[:3] == b"ID3":
        end = position + id3_size(beginning)
        return passed_padding(data, end) if position < end <= data.size else None
    if beginning[:3] == b"TAG" and position + _ID3V1 <= data.size:
        return position + _ID3V1
    if beginning[:8] == b"APETAGEX" and len(beginning) == _APE:
        return _ape_end(data, position, beginning)
    if beginning[:11] == b"LYRICSBEGIN":
        return _lyrics_end(data, position)
    return None


def passed_padding(data: FileBytes, position: int) -> int:
    """Return where something else than zeros begins, behind as many as editors leave after an ID3v2 tag."""
    end = data.end_of(_PADDING, position, _MOST_PADDING + 1)
    return position if end is None else end


def _lyrics_end(data: FileBytes, position: int) -> int | None:
    """Return where the Lyrics3 tag ends that begins at ``position``; None where none ends as it says."""
    footer = next(data.places(_LYRICS_FOOTER, position, data.size, 9), None)
    if footer is None:
        return None
    end = footer + 9
    begun = max(position, end - _LYRICS_END)
    ending = _LYRICS.search(data.at(begun, end - begun))
    return end if ending and position + int(ending[1]) + _LYRICS_END == end else None


def _ape_end(data: FileBytes, position: int, beginning: bytes) -> int | None:
    """Return where the APE tag ends whose header or lone footer begins at ``position``; None for no tag.

    Only its footer shows that a header says the right size: with a wrong one, sound would be taken for the tag.
    """
    if not int.from_bytes(beginning[20:24], "little") & _APE_IS_HEADER:
        return position + _APE
    size = beginning[12:16]  # counts the footer, not the header
    footer = position + int.from_bytes(size, "little")
    is_there = footer > position and data.at(footer, 8) == b"APETAGEX" and data.at(footer + 12, 4) == size
    return footer + _APE if is_there else None


def find_tag(data: FileBytes, start: int, end: int) -> int:
    """Return where the next tag begins from ``start`` on and before ``end``; else ``end``."""
    for place in data.places(_BEGINNING, start, end + _LONGEST_BEGINNING, _LONGEST_BEGINNING):
        if place < end and tag_end(data, place) is not None:
            return place
    return end


def sound_span(path: Path) -> SoundSpan:
    """Return where the sound of an MP3 lies between the tags at its two ends."""
    with path.open("rb", buffering=0) as file:
        data = FileBytes(file)
        first_tag = id3_size(data.at(0, ID3_HEADER))
        start = 0
        while (end := tag_end(data, start)) is not None and start < end < data.size:
            start = end
        return SoundSpan(min(first_tag, start), start, _sound_end(data, start))


def has_chapters(path: Path) -> bool:
    """Return whether the ID3v2 tag that begins an MP3 may have chapters (id3.org/id3v2-chapters-1.0)."""
    with path.open("rb") as file:
        header = file.read(ID3_HEADER)
        return b"CHAP" in file.read(id3_size(header))


def _sound_end(data: FileBytes, start: int) -> int:
    end = data.size
    while (size := _ending_tag(data, end)) and end - size >= start:
        end -= size
    return end


def _ending_tag(data: FileBytes, end: int) -> int:
    """Return the bytes of the tag that ends at ``end``, 0 for none; of one that says a wrong size, those of its end.

    What lies before such an end is left to be sound: nothing else tells how much of it is.
    """
    if _before(data, end, _ID3V1)[:3] == b"TAG":
        return _ID3V1
    footer = _before(data, end, _APE)
    if footer[:8] == b"APETAGEX":
        has_header = int.from_bytes(footer[20:24], "little") >> 31
        size = int.from_bytes(footer[12:16], "little") + (_APE if has_header else 0)
        beginning = _APE_BEGINNING if has_header else _APE_ITEM
        return size if size == _APE or _begins(data, end - size, beginning) else _APE
    if lyrics := _LYRICS.search(_before(data, end, _LYRICS_END)):
        size = int(lyrics[1]) + _LYRICS_END
        return size if _begins(data, end - size, _LYRICS_BEGINNING) else _LYRICS_END
    footer = _before(data, end, ID3_HEADER)
    if footer[:3] == b"3DI":
        # An ID3v2.4 tag that was appended: its footer is a copy of its header.
        size = id3_size(b"ID3" + footer[3:])
        return size if _begins(data, end - size, _ID3_BEGINNING) else ID3_HEADER
    return 0


def _begins(data: FileBytes, position: int, beginning: re.Pattern[bytes]) -> bool:
    return position >= 0 and data.end_of(beginning, position, _LONGEST_ITEM) is not None


def _before(data: FileBytes, end: int, count: int) -> bytes:
    """Return so many bytes that end at ``end``; fewer at the beginning of the file."""
    start = max(0, end - count)
    return data.at(start, end - start)
