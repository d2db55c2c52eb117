"""What deploy/kubernetes runs, as confined as there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from devservers.containers.engine import Engine
from tests.containers.pods import Pods
from tests.e2e.in_bucket import fetched
from tests.e2e.shelf import Shelf
from tests.fixtures.object_store import ObjectStore
from tests.fixtures.product import fresh_category
from tests.sites.catalogue import SimBook
from tests.sites.client import SimOrigin

pytestmark = pytest.mark.full

Serve = Callable[..., Pods]


@pytest.fixture
def serve(engine: Engine, sites: SimOrigin) -> Iterator[Serve]:
    """Starts the pods of an overlay."""
    with ExitStack() as ends:

        def start(overlay: str, **changed: Any) -> Pods:
            directory = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="ohdio-pods-")))
            pods = Pods(engine, directory, sites, overlay, **changed)
            ends.callback(pods.end)
            pods.up()
            return pods

        yield start


def collect(pods: Pods) -> list[SimBook]:
    catalogue = fresh_category(4)
    pods.origin.offer(catalogue)
    pods.collect(catalogue)
    pods.wait_until_settled(4, within=60)
    assert {item["status"] for item in pods.api.items()} == {"completed"}
    return list(catalogue.books)


def assert_all_end_by_themselves(pods: Pods) -> None:
    codes = pods.stop()
    assert set(codes) == {"postgres", "rabbitmq", "api", "scraper", "metadata", "downloader"}
    assert set(codes.values()) == {0}, codes


def test_every_pod_gets_ready_does_its_part_and_ends_by_itself(serve: Serve) -> None:
    pods = serve("one-node")
    Shelf(pods.library).assert_sound(collect(pods))
    assert_all_end_by_themselves(pods)


def test_with_a_bucket_no_pod_has_a_volume_for_books(serve: Serve, store: ObjectStore, tmp_path: Path) -> None:
    address = store.address(prefix="shelf/")
    pods = serve(
        "bucket",
        settings={"LIBRARY_URL": address.location, "AWS_ENDPOINT_URL": str(address.endpoint)},
        secret={"bucket_key": str(address.key_id), "bucket_secret": str(address.secret)},
    )
    books = collect(pods)
    fetched(address, tmp_path / "seen").assert_sound(books)
    assert pods.api.hear(pods.api.item_of(books[0]), "100-199").status_code == 206
    assert not pods.library.exists()
    assert_all_end_by_themselves(pods)
