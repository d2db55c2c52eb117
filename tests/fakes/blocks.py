"""Blocks put in front of a file by moving its bytes, where the disk of the tests cannot put them there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ohdio_downloader.linux_files import can_insert
from ohdio_downloader.media import tag_in_place

BLOCK = 64 * 1024


def can(*_: object) -> bool:
    return True


def make_room(descriptor: int, size: int) -> None:
    """Put zeros before the first byte of a file, as blocks are put there."""
    _rewrite(descriptor, bytes(size) + _whole(descriptor))


def insert_blocks(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put blocks in front of files in a directory in either way."""
    if not can_insert(directory, BLOCK):
        monkeypatch.setattr(tag_in_place, "can_insert", can)
        monkeypatch.setattr(tag_in_place, "insert", make_room)
        monkeypatch.setattr(tag_in_place, "remove", lambda file, size: _rewrite(file, _whole(file)[size:]))


def _whole(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _rewrite(descriptor: int, data: bytes) -> None:
    os.ftruncate(descriptor, len(data))
    os.pwrite(descriptor, data, 0)
