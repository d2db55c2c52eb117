"""Giving a file to tag, in such a way that a kill while the tags are written loses nothing.

Tags are written in place. Where that makes the whole sound move, as it does in an MP3, a copy is tagged: it
costs what moving would, and has room for the tags, so that nothing moves any more. An ``.m4a`` whose index
is at its end, as ours are, is tagged itself, for only the index changes, and that is put aside first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ohdio_downloader.disk import copying, cut_meanwhile, postponing_when_full
from ohdio_downloader.media.boxes import top_level_boxes
from ohdio_downloader.media.formats import M4A, MP3, container_at
from ohdio_downloader.media.mp3_tags import ID3_FOOTER, ID3_HEADER, sound_span

_CHUNK = 1024 * 1024
_ID3_LARGEST = 2**28 - 1


@contextmanager
def taggable(assembled: Path, *, room: int, check: Callable[[], None], keep_free: int = 0) -> Iterator[Path]:
    """Yield a file to write tags into; move it away when they are written.

    When the block ends well, ``assembled`` is gone. Else, or after a kill, ``restore`` gives it back.

    Args:
        assembled: The file as it is without our tags.
        room: Bytes that the tags will take, roughly; what is wrong about it costs time only.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk where a copy is made.

    Raises:
        Postponed: There is no room.
    """
    tagged = assembled.with_name(f"{assembled.stem}.tagging{assembled.suffix}")
    tagged.unlink(missing_ok=True)
    with postponing_when_full(assembled.parent, assembled.stat().st_size):
        if not _put_index_aside(assembled) or not _link(assembled, tagged):
            room = room if container_at(assembled) is MP3 else 0
            with copying(tagged, assembled.stat().st_size + room, keep_free=keep_free):
                _copy(assembled, tagged, room, check)
    try:
        yield tagged
    except Exception:
        tagged.unlink(missing_ok=True)  # it may wait long for room, and would take some of it
        raise
    assembled.unlink()
    _aside(assembled).unlink(missing_ok=True)


def restore(assembled: Path) -> None:
    """Make a file again what it was before its tags were begun; nothing happens if they were not."""
    aside = _aside(assembled)
    if not aside.exists():
        return
    with aside.open("rb") as kept, assembled.open("r+b") as file:
        file.truncate(int.from_bytes(kept.read(8), "big"))
        file.seek(0, os.SEEK_END)
        file.write(kept.read())
    aside.unlink()


def _aside(assembled: Path) -> Path:
    return assembled.with_name(f"{assembled.name}.index")


def _put_index_aside(assembled: Path) -> bool:
    """Keep what follows the sound of an ``.m4a``, with its place; False where the index does not follow it."""
    if container_at(assembled) is not M4A:
        return False
    boxes = list(top_level_boxes(assembled))
    index = min((box.offset for box in boxes if box.kind == b"moov"), default=0)
    if not index or any(box.offset > index for box in boxes if box.kind == b"mdat"):
        return False
    half = assembled.with_name(f"{assembled.name}.index.new")
    with assembled.open("rb") as file:
        file.seek(index)
        half.write_bytes(index.to_bytes(8, "big") + file.read())
    half.replace(_aside(assembled))
    return True


def _link(assembled: Path, tagged: Path) -> bool:
    """Link the file under a second name, so that the first stays whatever is put in the other's place."""
    try:
        tagged.hardlink_to(assembled)
    except OSError:  # not on this file system
        _aside(assembled).unlink()
        return False
    return True


def _copy(source: Path, target: Path, room: int, check: Callable[[], None]) -> None:
    span = sound_span(source) if container_at(source) is MP3 else None
    with source.open("rb") as reading, target.open("wb") as writing:
        end = source.stat().st_size
        if span is not None:
            _copy_id3(reading, writing, span.first_tag, room)
            reading.seek(span.start)
            end = span.end
        while chunk := reading.read(min(_CHUNK, end - reading.tell())):
            check()
            writing.write(chunk)
        if reading.tell() < end:
            raise cut_meanwhile(str(source))


def _copy_id3(reading: BinaryIO, writing: BinaryIO, size: int, room: int) -> None:
    """Copy the tag of ``size`` bytes at the beginning of an MP3, or make an empty one, with ``room`` of padding more.

    Its layout: id3.org/id3v2.4.0-structure, sections 3.1 and 3.3. What follows it, and all tags at the end (a second
    ID3v2, ID3v1, APEv2), are left out: they are what an editor or host wrote, and players would show that in place
    of ours.
    """
    header = reading.read(ID3_HEADER) if size else b"ID3\x04\x00\x00" + bytes(4)
    inside = max(0, size - ID3_HEADER)
    if header[5] & ID3_FOOTER or inside + room > _ID3_LARGEST:
        writing.write(header + reading.read(inside))
        return
    writing.write(header[:6] + bytes((inside + room) >> shift & 0x7F for shift in (21, 14, 7, 0)))
    writing.write(reading.read(inside))
    writing.write(bytes(room))
