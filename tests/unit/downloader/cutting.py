"""Reads files that are lost meanwhile: ``python -m tests.unit.downloader.cutting [--kill=PID] FILE…``.

They are cut by another process, or the process is killed that gives them out. Each file is named after what is done
with it. Prints, of each, its name and what came of it: the name of an error, or the negative number of the signal that
ended the process.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from ohdio_core.errors import OhdioError
from ohdio_downloader.chain import links_of
from ohdio_downloader.media.mpeg import read_frames
from ohdio_downloader.media.one_mp3 import read_run
from ohdio_downloader.media.probe import probe
from ohdio_downloader.media.tag_in_place import tag_in_place
from ohdio_downloader.media.taggers.details import FileDetails
from ohdio_downloader.media.verify import verify
from ohdio_downloader.media.wrong_sizes import correct_sizes
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import encoded, repacked


def nothing() -> None:
    """Nobody wants to stop."""


#: What is done with a file, and the function at whose beginning it is cut, opened and found long.
DOORS: dict[str, tuple[Callable[[Path], object], str]] = {
    "walk.mp3": (lambda path: read_frames(path, 16, nothing), "follow"),
    "search.mp3": (lambda path: read_frames(path, 16, nothing), "_search"),
    "verify.mp3": (lambda path: verify(path, is_whole=True, check=nothing), "follow"),
    "probe.mp3": (probe, "_sound_end"),
    "join.mp3": (read_run, "follow"),
    "tag.mp3": (lambda path: tag_in_place(path, FileDetails(), nothing, least=0), "_sound_end"),
    "sizes.mp3": (correct_sizes, "_true_ends"),
    "links.ogg": (links_of, "_starts"),
    "sizes.m4a": (correct_sizes, "_index"),
}


def write_files(audio: AudioFactory, folder: Path) -> None:
    """Write a file for each."""
    frames, mp4 = audio.mp3("a", 120), bytearray(repacked(audio.mp4("a", 60), "ipod"))
    sound = mp4.index(b"mdat") - 4
    mp4[sound : sound + 4] = (3_000).to_bytes(4, "big")  # and its index somewhere in it, then
    hidden = b"ID3\x04\0\0\0\x01\0\0" + bytes(range(1, 255)) * 100
    contents = {
        "search.mp3": frames[:2_880] + bytes(1_000_000) + frames,
        "sizes.mp3": hidden + frames,
        "links.ogg": encoded(frames, "libopus", "ogg", 48_000),
        "sizes.m4a": bytes(mp4),
    }
    for name in DOORS:
        (folder / name).write_bytes(contents.get(name, frames))


def lose_at(function: str, lose: Callable[[], object]) -> None:
    """Lose a file once this process comes to the beginning of a function."""

    def trace(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name == function:
            sys.settrace(None)
            lose()

    sys.settrace(trace)


def cut(path: Path) -> None:
    """Cut a file, as another program does."""
    subprocess.run(["truncate", "--size=0", path], check=True)


def read_while_lost(path: Path, lose: Callable[[], object]) -> None:
    """Do with a file what its name says."""
    read, function = DOORS[path.name]
    lose_at(function, lose)
    said = "nothing"
    try:
        read(path)
    except (OSError, OhdioError) as error:
        said = "OSError" if isinstance(error, OSError) else type(error).__name__
    print(path.name, said, flush=True)


def main(killed: int | None, paths: Sequence[Path]) -> None:
    """Read files, each in a process of its own."""
    for path in paths:
        if not (child := os.fork()):
            read_while_lost(path, partial(cut, path) if killed is None else partial(os.kill, killed, signal.SIGKILL))
            os._exit(0)
        if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            print(path.name, code, flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--kill", type=int)
    options.add_argument("paths", type=Path, nargs="+")
    given = options.parse_args()
    main(given.kill, given.paths)
