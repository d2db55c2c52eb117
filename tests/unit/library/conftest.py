from __future__ import annotations

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
