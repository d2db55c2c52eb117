from __future__ import annotations

import os
from pathlib import Path

import pytest

from ohdio_core.library import Library
from ohdio_core.library.folder import FolderLibrary


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def library(root: Path) -> Library:
    root.mkdir()
    return FolderLibrary(root)


@pytest.fixture(autouse=True)
def _without_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Return at once where a file is to be on the disk: no test here cuts the power."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
