"""Files that are lost while they are read: cut by another program, or on a share that goes away."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ohdio_core.domain.queue import StopReason
from ohdio_core.errors import NeedsPerson, TransientError
from ohdio_core.work.outcome import PutBack
from ohdio_downloader.media import mpeg
from tests.integration.downloader.downloads import MEDIUM, Downloads
from tests.integration.downloader.faulty_origin import FaultyOrigin
from tests.sites.audio import AudioFactory
from tests.unit.downloader.cutting import DOORS, write_files


def test_a_part_that_another_program_cuts_while_it_is_heard_is_fetched_anew(
    downloads: Downloads, faulty: FaultyOrigin, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow = mpeg._Walk.follow

    def cut_and_follow(walk: mpeg._Walk, position: int) -> int:
        (part,) = downloads.work_dir.rglob("*.mp3")
        os.truncate(part, 0)
        return follow(walk, position)

    def attempt() -> str:
        claimed, run = downloads.begin()
        with pytest.raises(TransientError) as said:
            downloads.service.download(run)
        downloads.engine.finish(claimed, PutBack(StopReason.SHUTDOWN))
        return str(said.value)

    with monkeypatch.context() as patched:
        patched.setattr(mpeg._Walk, "follow", cut_and_follow)
        assert "is on a disk that gives errors or has gone away" in attempt()
    assert "not readable audio" in attempt()  # what is left of it
    downloads.download()
    assert len(faulty.requests(MEDIUM)) == 2


@contextmanager
def mounted(device: str, folder: Path) -> Iterator[int]:
    """Mount a device; yields the process that gives its files out, which may be killed."""
    process = subprocess.Popen(
        ["mount.exfat-fuse", "-d", device, folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 60
        while not folder.is_mount():
            assert process.poll() is None, "it cannot be mounted"
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield process.pid
    finally:
        subprocess.run(["umount", folder], check=True)
        process.wait(60)


@pytest.fixture
def device(tmp_path: Path) -> Iterator[str]:
    """A device with an exFAT file system of 40 MB."""
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(40_000_000)
    subprocess.run(["mkfs.exfat", image], check=True, capture_output=True)
    attached = subprocess.run(["losetup", "--find", "--show", image], check=True, capture_output=True, text=True)
    yield attached.stdout.strip()
    subprocess.run(["losetup", "--detach", attached.stdout.strip()], check=True)


def test_a_library_whose_disk_fails_is_named_where_its_files_get_other_tags(
    downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloads.download()
    (filed,) = downloads.library_dir.glob("*/*/*.mp3")
    downloads.engine.execute("UPDATE audiobooks SET revision = revision + 1")
    downloads.engine.execute("UPDATE queue_items SET status = 'queued', stage = 'waiting'")
    _, run = downloads.begin()
    opened = Path.open

    def fail(path: Path, *args: Any, **options: Any) -> Any:
        if path == filed:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return opened(path, *args, **options)

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(NeedsPerson, match=f"The library {downloads.library_dir} cannot be used: input/output error"):
        downloads.service.download(run)


@pytest.mark.full  # as root alone, with FUSE and a loop device
def test_a_share_that_goes_away_ends_no_process(device: str, audio: AudioFactory, tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    with mounted(device, folder):
        write_files(audio, folder)
    outcomes = []
    for name in DOORS:
        with mounted(device, folder) as process:
            called = [sys.executable, "-m", "tests.unit.downloader.cutting", f"--kill={process}", str(folder / name)]
            outcomes.append(subprocess.run(called, check=True, capture_output=True, text=True).stdout.strip())
    assert outcomes == [f"{name} OSError" for name in DOORS]
