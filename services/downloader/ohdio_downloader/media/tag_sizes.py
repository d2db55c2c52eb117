"""ID3v2 tags at the beginning of a file that say a wrong size: the true one is written before anybody is misled.

Players and FFmpeg pass over as many bytes as a tag says it has. One that says more than there are hides sound, or the
whole file; one that says fewer has its picture taken for damaged sound. Both are slips of programs: sizes that were
written in eight bits a byte where ID3 has seven, a place for the size that was never filled, a size of another file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ohdio_downloader.media.adts import ADTS_HEADER, frame_size, is_adts
from ohdio_downloader.media.file_bytes import FileBytes
from ohdio_downloader.media.mp3_tags import ID3_HEADER, id3_size, passed_padding, tag_end
from ohdio_downloader.media.mpeg import count_frames, find_frames

_CERTAIN = 8  #: frames one behind the other, which neither a picture nor a text looks like
_MARKS = (b"fLaC", b"OggS")
_MOST_TAGS = 20
_MOST_FRAMES = 10_000  #: of one tag
_FRAME_NAME = re.compile(rb"[A-Z][A-Z0-9]{2,3}")
_OLD = 2  #: the version whose frames have short headers
_SYNCHSAFE_SINCE = 4  #: the version
_EXTENDED, _UNSYNCHRONISED = 0x40, 0x80  #: flags of a tag


def correct_tag_sizes(path: Path) -> None:
    """Write the true sizes into the ID3v2 tags that begin a file, where what follows is not where they say."""
    with path.open("r+b") as file:
        data, position = FileBytes(file), 0
        for _ in range(_MOST_TAGS):
            header = data.at(position, ID3_HEADER)
            if header[:3] != b"ID3" or len(header) < ID3_HEADER:
                return
            stated = position + id3_size(header)
            if not _goes_on(data, stated):
                end = next(_true_ends(data, position, stated), None)
                if end is None:
                    return
                size = end - position - ID3_HEADER
                data.write(position + 6, bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)))
                stated = end
            position = passed_padding(data, stated)


def _true_ends(data: FileBytes, position: int, stated: int) -> Iterator[int]:
    """Yield where a tag may end in truth: where something else begins."""
    plain = position + ID3_HEADER + int.from_bytes(data.at(position + 6, 4), "big")
    if stated < plain and _goes_on(data, plain):
        yield plain
    if _goes_on(data, end := _end_of_frames(data, position)):
        yield passed_padding(data, end)
    # What it hides has to be sound beyond doubt.
    hidden = find_frames(data, position + ID3_HEADER, min(stated, data.size), _CERTAIN)
    if hidden is not None:
        yield hidden


def _goes_on(data: FileBytes, position: int) -> bool:
    """Return whether sound or another tag begins here, or behind zeros."""
    start = passed_padding(data, position)
    if start >= data.size:
        return False
    return (
        tag_end(data, start) is not None
        or count_frames(data, start, _CERTAIN) >= min(_CERTAIN, 2)
        or data.at(start, 4) in _MARKS
        or _begins_aac(data, start)
    )


def _begins_aac(data: FileBytes, start: int) -> bool:
    header = data.at(start, ADTS_HEADER)
    if not is_adts(header):
        return False
    following = start + frame_size(header)
    return is_adts(data.at(following, ADTS_HEADER))


def _end_of_frames(data: FileBytes, position: int) -> int:
    """Return where the last frame of a tag ends, by their own sizes (id3.org/id3v2.4.0-structure, section 4)."""
    tag = data.at(position, ID3_HEADER)
    version, flags = tag[3], tag[5]
    place = position + ID3_HEADER
    if flags & (_EXTENDED | _UNSYNCHRONISED):
        return place  # rare, and not counted as other frames are
    name, header = (3, 6) if version == _OLD else (4, 10)
    for _ in range(_MOST_FRAMES):
        head = data.at(place, header)
        if len(head) < header or not _FRAME_NAME.fullmatch(head[:name]):
            break
        place += header + _size_of_frame(head[name : 2 * name], version)
    return min(place, data.size)


def _size_of_frame(size: bytes, version: int) -> int:
    if version < _SYNCHSAFE_SINCE or any(byte & 0x80 for byte in size):
        return int.from_bytes(size, "big")
    return sum(byte << shift for byte, shift in zip(size, (21, 14, 7, 0), strict=True))
