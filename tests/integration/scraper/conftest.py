"""What tests of the scraper ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ohdio_core.sources.http import ClientSettings, HttpClientFactory
from tests.fixtures.engine import Engine
from tests.integration.scraper.following import Following
from tests.integration.scraper.scanning import HOSTS, Scanning
from tests.integration.sources.origin import scripted_origin


@pytest.fixture
def scanning(engine: Engine, tmp_path: Path) -> Iterator[Scanning]:
    with scripted_origin() as origin:
        clients = HttpClientFactory(ClientSettings(host_overrides=dict.fromkeys(HOSTS, origin.url)))
        yield Scanning(engine, origin, clients, tmp_path)
        clients.close()


@pytest.fixture
def following(engine: Engine, tmp_path: Path) -> Iterator[Following]:
    with scripted_origin() as origin:
        clients = HttpClientFactory(ClientSettings(host_overrides=dict.fromkeys(HOSTS, origin.url)))
        yield Following(engine, origin, clients, tmp_path)
        clients.close()
