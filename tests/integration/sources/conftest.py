from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient, parse_overrides
from tests.integration.sources.origin import Origin, scripted_origin
from tests.sites.catalogue import (
    Catalogue,
)
from tests.sites.client import SimOrigin


@pytest.fixture
def origin() -> Iterator[Origin]:
    with scripted_origin() as running:
        yield running


@pytest.fixture
def site(origin_process: SimOrigin) -> SimOrigin:
    origin_process.offer(Catalogue())
    return origin_process


@pytest.fixture
def http(site: SimOrigin) -> Iterator[SiteClient]:
    settings = ClientSettings(host_overrides=parse_overrides(site.overrides()), read_timeout=timedelta(seconds=1))
    factory = HttpClientFactory(settings)
    yield factory.site("ohdio")
    factory.close()
