from __future__ import annotations

from pathlib import Path

import pytest

import tests.sites.audio
from tests.fixtures.recordings import folder_of
from tests.sites.audio import AudioFactory


@pytest.fixture(scope="session")
def audio() -> AudioFactory:
    return AudioFactory(folder_of(Path(tests.sites.audio.__file__)))
