"""A share that goes away while its files are read: FUSE, whose process is killed just then."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.sites.audio import AudioFactory
from tests.unit.downloader.cutting import DOORS, write_files

pytestmark = pytest.mark.full  # as root alone, with FUSE and a loop device


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


def test_ends_no_process(device: str, audio: AudioFactory, tmp_path: Path) -> None:
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
