"""Books to be filed in a library."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library import Library

BOOK = BookDetails(
    title="Le phare", authors=("Ève Tremblé",), parts=(Part(0, "m-1", title="La mer"), Part(1, "m-2", title="Le vent"))
)
HOME = PurePosixPath("Ève Tremblé/Le phare")
RENAMED = replace(BOOK, title="La digue")
NEW_HOME = HOME.with_name("La digue")
OWNER = OwnerId("ohdio:42")
MOVED = OwnerId("ohdio:42", former="ohdio:old")
FORMER = OwnerId("ohdio:old")
FILES = {"01 - La mer.mp3": b"sea" * 100, "02 - Le vent.mp3": b"wind" * 100, "cover.jpg": b"picture"}
#: The same parts in another form.
BETTER = {"01 - La mer.m4a": b"better" * 9, "02 - Le vent.m4a": b"better still" * 9}


class InterruptedByTest(Exception):
    pass


def crash_while_replacing(library: Library, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Place a book, add a person's file, and end a replacement just after the old folder was moved away."""
    library.place(stage(tmp_path), BOOK, OWNER)
    (root / HOME / "notes.txt").write_bytes(b"lovely")
    rename = os.rename

    def crash(source: Path, target: Path) -> None:
        if Path(target) == root / HOME:
            raise InterruptedByTest
        rename(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", crash)
        with pytest.raises(InterruptedByTest):
            library.place(stage(tmp_path), BOOK, OWNER)
    assert not (root / HOME).exists()


def stage(directory: Path, files: dict[str, bytes] = FILES) -> Path:
    staged = directory / "book"
    staged.mkdir(parents=True)
    for name, data in files.items():
        (staged / name).write_bytes(data)
    return staged


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != ".ohdio.json"}
