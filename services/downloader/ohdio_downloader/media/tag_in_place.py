"""Writing the tags of a large MP3 into the file itself: room is made before its sound, which stays where it is.

Some file systems (ext4 and XFS, on Linux) can put empty blocks in front of a file. Where they can, nothing is copied.
What is overwritten and cut off is put aside first, for a kill in between.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from mutagen import MutagenError

from ohdio_downloader.checksum import chunks_of, sha256_of
from ohdio_downloader.disk import postponing_when_full, write_whole
from ohdio_downloader.linux_files import can_insert, insert, remove
from ohdio_downloader.media.formats import MP3, container_at
from ohdio_downloader.media.mp3_tags import sound_span
from ohdio_downloader.media.taggers.details import FileDetails
from ohdio_downloader.media.taggers.id3 import id3_tag

#: Below it a copy costs less than to wait for the disk, which writes a file down before it puts blocks into it.
LARGE = 32 * 1024 * 1024

_BLOCK = 64 * 1024  #: a multiple of the blocks of every file system
_SPARE = 2048  #: bytes of padding, for whoever edits the tags later
_MOST_ASIDE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Before:
    """What a file was before its tags were begun."""

    size: int
    start: int  #: of the sound
    end: int
    room: int  #: bytes that are put before it


def tag_in_place(path: Path, details: FileDetails, check: Callable[[], None], *, least: int = LARGE) -> str | None:
    """Write the tags of an MP3 without copying it, and return the checksum of the file as it is then.

    After a kill ``restore_in_place`` makes it again what it was.

    Args:
        path: What was assembled.
        details: What is written.
        check: Called often; what it raises ends the work.
        least: Smaller files are left alone.

    Returns:
        The SHA-256 in hexadecimal; None where nothing was done, because it is to be copied.

    Raises:
        Postponed: The disk is full.
    """
    if container_at(path) is not MP3 or path.stat().st_size < least:
        return None
    span, size = sound_span(path), path.stat().st_size
    if span.start + size - span.end > _MOST_ASIDE or not can_insert(path.parent, _BLOCK):
        return None
    with path.open("rb") as file:
        beginning = file.read(span.start)
        file.seek(span.end)
        ending = file.read()
    try:
        tag = id3_tag(beginning[: span.first_tag], details, lambda needed: _fitting(needed, span.start, len(ending)))
    except MutagenError:
        return None  # said by whoever writes into the copy
    # Before the blocks: what was just received is read from memory, which is forgotten with them.
    digest = sha256_of(chain([tag], chunks_of(path, span.start, span.end)), check)
    before = _Before(size, span.start, span.end, len(tag) - span.start)
    with postponing_when_full(path.parent, before.room):
        try:
            _put_aside(path, before, beginning + ending)
            _write(path, before, tag)
        except BaseException:
            restore_in_place(path)
            raise
    _aside(path).unlink()
    return digest


def restore_in_place(path: Path) -> None:
    """Make a file again what it was before its tags were begun in place; nothing happens if they were not.

    It is gone where that cannot be done.
    """
    aside = _aside(path)
    if not aside.exists():
        return
    before, bytes_of_it = _read_aside(aside)
    size = path.stat().st_size
    if before is None or size not in {before.size, before.end, before.size + before.room, before.end + before.room}:
        path.unlink()
    else:
        with path.open("r+b") as file:
            # These are never as many bytes as are cut off, so that its size tells.
            moved = 0 if size in {before.size, before.end} else before.room
            os.ftruncate(file.fileno(), before.end + moved)
            os.pwrite(file.fileno(), bytes_of_it[before.start :], before.end + moved)
            if moved:
                remove(file.fileno(), moved)
            os.pwrite(file.fileno(), bytes_of_it[: before.start], 0)
    aside.unlink()


def _fitting(needed: int, start: int, ending: int) -> int:
    """Return the bytes of a tag: those before the sound, and as many whole blocks as it takes to have ``needed``."""
    blocks = max(0, -(-(needed + _SPARE - start) // _BLOCK))
    if blocks and blocks * _BLOCK == ending:
        blocks += 1
    return start + blocks * _BLOCK


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.ends")


def _read_aside(aside: Path) -> tuple[_Before | None, bytes]:
    """Return what was put aside; None where the power failed before the disk had it."""
    described, line_end, ends = aside.read_bytes().partition(b"\n")
    try:
        before = _Before(**json.loads(described))
    except (ValueError, TypeError):
        return None, b""
    is_whole = line_end and len(ends) == before.start + before.size - before.end
    return (before if is_whole else None), ends


def _put_aside(path: Path, before: _Before, ends: bytes) -> None:
    write_whole(_aside(path), json.dumps(asdict(before)).encode() + b"\n" + ends)


def _write(path: Path, before: _Before, tag: bytes) -> None:
    with path.open("r+b") as file:
        if before.room:
            insert(file.fileno(), before.room)
        os.ftruncate(file.fileno(), before.end + before.room)
        file.write(tag)
