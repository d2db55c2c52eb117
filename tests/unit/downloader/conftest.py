from __future__ import annotations

import pytest

from tests.sites.audio import AudioFactory


@pytest.fixture(scope="session")
def audio(tmp_path_factory: pytest.TempPathFactory) -> AudioFactory:
    return AudioFactory(tmp_path_factory.mktemp("recordings"))
