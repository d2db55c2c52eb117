"""Reads files that another process cuts meanwhile: ``python -m tests.unit.downloader.cutting FILE…``.

Each file is named after what is done with it. Prints, of each, its name and what came of it: the name of an error, or
the negative number of the signal that ended the process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
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


def cut_at(function: str, path: Path) -> None:
    """Cut a file once this process comes to the beginning of a function."""

    def trace(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name == function:
            sys.settrace(None)
            subprocess.run(["truncate", "--size=0", path], check=True)

    sys.settrace(trace)


def read_while_cut(path: Path) -> None:
    """Do with a file what its name says."""
    read, function = DOORS[path.name]
    cut_at(function, path)
    said = "nothing"
    try:
        read(path)
    except (OSError, OhdioError) as error:
        said = type(error).__name__
    print(path.name, said, flush=True)


if __name__ == "__main__":
    for each in map(Path, sys.argv[1:]):
        if not (child := os.fork()):
            read_while_cut(each)
            os._exit(0)
        if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            print(each.name, code, flush=True)
