from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient
from tests.fakes.download_control import FakeControl
from tests.fixtures.engine import Engine
from tests.fixtures.nginx import Nginx
from tests.integration.downloader.downloads import MEDIUM, Downloads
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.shelf import Shelf
from tests.sites.audio import AudioFactory


@pytest.fixture(scope="session")
def audio(tmp_path_factory: pytest.TempPathFactory) -> AudioFactory:
    return AudioFactory(tmp_path_factory.mktemp("recordings"))


@pytest.fixture
def faulty() -> Iterator[FaultyOrigin]:
    with FaultyOrigin().running() as running:
        yield running


@pytest.fixture(scope="session")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with Nginx(tmp_path_factory.mktemp("nginx")).running() as running:
        yield running


@pytest.fixture(scope="session")
def http() -> Iterator[HttpClientFactory]:
    factory = HttpClientFactory(ClientSettings(allow_private_addresses=True))
    yield factory
    factory.close()


@pytest.fixture
def client(http: HttpClientFactory) -> SiteClient:
    return http.site("tests")


@pytest.fixture
def control() -> FakeControl:
    return FakeControl()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "part"


@pytest.fixture
def shelf(client: SiteClient, faulty: FaultyOrigin) -> Shelf:
    return Shelf(client, faulty)


@pytest.fixture
def downloads(
    engine: Engine, http: HttpClientFactory, faulty: FaultyOrigin, audio: AudioFactory, tmp_path: Path
) -> Downloads:
    url = faulty.serve(MEDIUM, Serving(audio.mp3("service", 3)))
    return Downloads(engine, http, tmp_path, url)
