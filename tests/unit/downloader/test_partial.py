from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ohdio_core.errors import Postponed
from ohdio_downloader.fetch.partial import PartialFile

MEGABYTE = 1 << 20


@pytest.fixture
def quiet_disk() -> Iterator[Path]:
    """A file system in memory, where nobody else writes while a test runs."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        yield Path(name)


def fill(partial: PartialFile, megabytes: int) -> None:
    for _ in range(megabytes):
        partial.write(bytes(MEGABYTE))


def test_a_disk_that_fills_up_while_writing_stops_the_download(quiet_disk: Path) -> None:
    floor = shutil.disk_usage(quiet_disk).free - 20 * MEGABYTE
    with PartialFile(quiet_disk / "part", free_space_floor=floor) as partial:
        partial.require_space(10 * MEGABYTE)
        with pytest.raises(Postponed, match="Not enough free space"):
            fill(partial, 40)
        assert 20 * MEGABYTE <= partial.size <= 36 * MEGABYTE


def test_a_full_disk_is_no_fault_of_the_book(tmp_path: Path) -> None:
    (tmp_path / "part.partial").symlink_to("/dev/full")
    with (
        PartialFile(tmp_path / "part", free_space_floor=0) as partial,
        pytest.raises(Postponed, match="Not enough free space"),
    ):
        partial.write(b"x")


def test_writing_goes_on_at_the_end_of_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "part.partial").write_bytes(b"once ")
    with PartialFile(tmp_path / "part", free_space_floor=0) as partial:
        partial.write(b"upon")
        partial.finish()
    assert (tmp_path / "part").read_bytes() == b"once upon"
