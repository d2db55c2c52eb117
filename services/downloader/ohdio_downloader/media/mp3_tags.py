"""The tags that people and programs put around and between the frames of an MP3, and how long each is.

ID3v2 (id3.org/id3v2.4.0-structure, section 3.1), ID3v1 (128 bytes, "TAG"), APEv2
(wiki.hydrogenaud.io/index.php?title=APEv2_specification) and Lyrics3v2 (id3.org/Lyrics3v2).
"""

from __future__ import annotations

import mmap
import re
from dataclasses import dataclass
from pathlib import Path

Bytes = bytes | mmap.mmap

ID3_HEADER = 10
ID3_FOOTER = 0x10  #: the flag of a tag that ends with a copy of its header, and so has no padding
_ID3V1 = 128
_APE = 32  # its header, and its footer
_APE_IS_HEADER = 1 << 29
_LYRICS = re.compile(rb"(\d{6})LYRICS200\Z")
_LYRICS_END = 15

# What stands where a tag begins whose end was found; an APE tag without a header begins with its first item.
_APE_BEGINNING = re.compile(rb"APETAGEX")
_APE_ITEM = re.compile(rb".{8}[\x20-\x7e]{2,255}\0", re.DOTALL)
_LYRICS_BEGINNING = re.compile(rb"LYRICSBEGIN")
_ID3_BEGINNING = re.compile(rb"ID3")

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


def id3_size(header: Bytes) -> int:
    """Return the bytes of the ID3v2 tag that these, its first ten, begin: without its padding outside, 0 if none."""
    if header[:3] != b"ID3" or len(header) < ID3_HEADER:
        return 0
    # The size is four bytes of seven bits each.
    size = sum((byte & 0x7F) << shift for byte, shift in zip(header[6:10], (21, 14, 7, 0), strict=True))
    return ID3_HEADER + size + (ID3_HEADER if header[5] & ID3_FOOTER else 0)


def tag_end(data: Bytes, position: int) -> int | None:
    """Return where the tag ends that begins at ``position``, with some zeros after an ID3v2 tag; None for no tag."""
    beginning = data[position : position + _APE]
    if beginning[:3] == b"ID3":
        end = position + id3_size(beginning)
        return passed_padding(data, end) if position < end <= len(data) else None
    if beginning[:3] == b"TAG" and position + _ID3V1 <= len(data):
        return position + _ID3V1
    if beginning[:8] == b"APETAGEX" and len(beginning) == _APE:
        return _ape_end(data, position, beginning)
    if beginning[:11] == b"LYRICSBEGIN":
        end = data.find(b"LYRICS200", position) + 9
        ending = _LYRICS.search(data[max(position, end - _LYRICS_END) : max(0, end)])
        return end if ending and position + int(ending[1]) + _LYRICS_END == end else None
    return None


def passed_padding(data: Bytes, position: int) -> int:
    """Return where something else than zeros begins, behind as many as editors leave after an ID3v2 tag."""
    padding = _PADDING.match(data, position)
    return position if padding is None else padding.end()


def _ape_end(data: Bytes, position: int, beginning: bytes) -> int | None:
    """Return where the APE tag ends whose header or lone footer begins at ``position``; None for no tag.

    Only its footer shows that a header says the right size: with a wrong one, sound would be taken for the tag.
    """
    if not int.from_bytes(beginning[20:24], "little") & _APE_IS_HEADER:
        return position + _APE
    size = beginning[12:16]  # counts the footer, not the header
    footer = position + int.from_bytes(size, "little")
    is_there = (
        footer > position and data[footer : footer + 8] == b"APETAGEX" and data[footer + 12 : footer + 16] == size
    )
    return footer + _APE if is_there else None


def find_tag(data: Bytes, start: int, end: int) -> int:
    """Return where the next tag begins from ``start`` on and before ``end``; else ``end``."""
    for found in _BEGINNING.finditer(data, start, min(end + _LONGEST_BEGINNING, len(data))):
        if found.start() < end and tag_end(data, found.start()) is not None:
            return found.start()
    return end


def sound_span(path: Path) -> SoundSpan:
    """Return where the sound of an MP3 lies between the tags at its two ends."""
    with path.open("rb", buffering=0) as file:
        if path.stat().st_size == 0:
            return SoundSpan(0, 0, 0)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            first_tag = id3_size(data[:ID3_HEADER])
            start = 0
            while (end := tag_end(data, start)) is not None and start < end < len(data):
                start = end
            return SoundSpan(min(first_tag, start), start, _sound_end(data, start))


def has_chapters(path: Path) -> bool:
    """Return whether the ID3v2 tag that begins an MP3 may have chapters (id3.org/id3v2-chapters-1.0)."""
    with path.open("rb") as file:
        header = file.read(ID3_HEADER)
        return b"CHAP" in file.read(id3_size(header))


def _sound_end(data: mmap.mmap, start: int) -> int:
    end = len(data)
    while (size := _ending_tag(data, end)) and end - size >= start:
        end -= size
    return end


def _ending_tag(data: mmap.mmap, end: int) -> int:
    """Return the bytes of the tag that ends at ``end``, 0 for none; of one that says a wrong size, those of its end.

    What lies before such an end is left to be sound: nothing else tells how much of it is.
    """
    if data[max(0, end - _ID3V1) : end][:3] == b"TAG":
        return _ID3V1
    footer = data[max(0, end - _APE) : end]
    if footer[:8] == b"APETAGEX":
        has_header = int.from_bytes(footer[20:24], "little") >> 31
        size = int.from_bytes(footer[12:16], "little") + (_APE if has_header else 0)
        beginning = _APE_BEGINNING if has_header else _APE_ITEM
        return size if size == _APE or _begins(data, end - size, beginning) else _APE
    if lyrics := _LYRICS.search(data[max(0, end - _LYRICS_END) : end]):
        size = int(lyrics[1]) + _LYRICS_END
        return size if _begins(data, end - size, _LYRICS_BEGINNING) else _LYRICS_END
    if data[max(0, end - ID3_HEADER) : end][:3] == b"3DI":
        # An ID3v2.4 tag that was appended: its footer is a copy of its header.
        size = id3_size(b"ID3" + data[end - ID3_HEADER + 3 : end])
        return size if _begins(data, end - size, _ID3_BEGINNING) else ID3_HEADER
    return 0


def _begins(data: mmap.mmap, position: int, beginning: re.Pattern[bytes]) -> bool:
    return position >= 0 and beginning.match(data, position) is not None
