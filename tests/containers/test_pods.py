"""What deploy/kubernetes runs, as confined as there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from devservers.containers.engine import Engine
from tests.containers.pods import Pods
from tests.e2e.shelf import Shelf
from tests.fixtures.product import fresh_category
from tests.sites.client import SimOrigin

pytestmark = pytest.mark.full


@pytest.fixture
def pods(engine: Engine, sites: SimOrigin) -> Iterator[Pods]:
    with tempfile.TemporaryDirectory(prefix="ohdio-pods-") as directory:
        pods = Pods(engine, Path(directory), sites, "one-node")
        try:
            pods.up()
            yield pods
        finally:
            pods.end()


def test_every_pod_gets_ready_does_its_part_and_ends_by_itself(pods: Pods) -> None:
    catalogue = fresh_category(4)
    pods.origin.offer(catalogue)
    pods.collect(catalogue)
    pods.wait_until_settled(4, within=60)
    assert {item["status"] for item in pods.api.items()} == {"completed"}
    Shelf(pods.library).assert_sound(list(catalogue.books))
    codes = pods.stop()
    assert set(codes) == {"postgres", "rabbitmq", "api", "scraper", "metadata", "downloader"}
    assert set(codes.values()) == {0}, codes
