"""The stack with its library in a bucket: no two of its containers can write to one folder."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from devservers.containers.engine import Engine
from ohdio_core.library.bucket.address import BucketAddress
from tests.containers.stack import Stack
from tests.containers.steps import bytes_flow, collect
from tests.e2e.in_bucket import fetched
from tests.fixtures.object_store import ObjectStore
from tests.sites.client import SimOrigin

pytestmark = pytest.mark.full

SERVICES = ("api", "scraper", "metadata", "downloader")


@pytest.fixture
def address(store: ObjectStore) -> BucketAddress:
    return store.address(prefix="shelf/")


@pytest.fixture
def stack(engine: Engine, sites: SimOrigin, address: BucketAddress) -> Iterator[Stack]:
    """A stack with two downloaders, brought up with the two compose files and the secret of the bucket in a file."""
    settings = {
        "COMPOSE_FILE": "docker-compose.yml:bucket.yml",
        "LIBRARY_URL": address.location,
        "AWS_ENDPOINT_URL": str(address.endpoint),
        "AWS_ACCESS_KEY_ID": str(address.key_id),
        "AWS_SECRET_ACCESS_KEY_FILE": "/secrets/bucket",
    }
    with tempfile.TemporaryDirectory(prefix="ohdio-stack-") as directory:
        stack = Stack(engine, Path(directory), sites, settings)
        try:
            stack.keep_secret("bucket", str(address.secret))
            stack.up(downloaders=2)
            yield stack
        finally:
            stack.end()


def writable(stack: Stack, container: str) -> set[str]:
    """Return where that of a container is which it can write to."""
    return {each["Source"] for each in stack.engine.inspect(container)["Mounts"] if each["RW"] and each["Source"]}


def test_a_downloader_that_is_killed_and_removed_loses_its_books_to_another_which_shares_no_folder_with_it(
    stack: Stack, address: BucketAddress, tmp_path: Path
) -> None:
    containers = [container for service in SERVICES for container in stack.containers(service)]
    assert len(containers) == 5
    for one, other in combinations(containers, 2):
        assert writable(stack, one) & writable(stack, other) == set()

    books = collect(stack, 6, seconds=60.0)
    bytes_flow(stack)
    killed = stack.busiest("downloader")
    stack.engine.run("kill", killed)
    stack.engine.run("rm", "--volumes", killed)
    stack.wait_until_settled(len(books), within=240)
    assert {item["status"] for item in stack.api.items()} == {"completed"}
    shelf = fetched(address, tmp_path / "seen")
    shelf.assert_sound(books)

    (file,) = shelf.files(books[0])
    answer = stack.api.hear(stack.api.item_of(books[0]), "100000-100999")
    assert (answer.status_code, answer.content) == (206, file.read_bytes()[100_000:101_000])

    assert not stack.library.exists(), "a folder for books was made all the same"
    left = [container for service in SERVICES for container in stack.containers(service)]
    told = [json.dumps(stack.engine.inspect(each)) + "\n".join(stack.engine.logs(each)) for each in left]
    assert [each for each in told if str(address.secret) in each] == []
