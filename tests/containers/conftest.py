"""Fixtures of tests that run the images and the stack; ``make compose-test`` starts them where an engine has these."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path

import pytest

from devservers.containers.engine import Engine
from tests.containers.stack import Stack
from tests.fixtures.object_store import ObjectStore
from tests.sites.client import SimOrigin

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder; it gets more time than others, for its containers."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.containers)
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine that has the images."""
    engine = Engine()
    if not engine.is_answering():
        pytest.fail("No Docker engine answers. `make compose-test` starts one, and then these tests.")
    return engine


@pytest.fixture(scope="session")
def gateway(engine: Engine) -> str:
    """Where containers reach this machine: its end of Docker's own bridge."""
    subnet = engine.run("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Subnet}}").strip()
    return str(next(ip_network(subnet).hosts()))


@pytest.fixture(scope="session")
def sites(gateway: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimOrigin]:
    """The simulated sites, where containers reach them."""
    with SimOrigin.start(tmp_path_factory.mktemp("recordings"), host=gateway) as origin:
        yield origin


@pytest.fixture(scope="session")
def store(gateway: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """An object store, where containers reach it."""
    store = ObjectStore(tmp_path_factory.mktemp("object store") / "log", gateway)
    yield store
    store.stop()


@contextmanager
def _new_stack(engine: Engine, sites: SimOrigin) -> Iterator[Stack]:
    """Run a stack of its own, with no setting but where the sites are."""
    with tempfile.TemporaryDirectory(prefix="ohdio-stack-") as directory:
        stack = Stack(engine, Path(directory), sites, {})
        try:
            stack.up()
            yield stack
        finally:
            stack.end()


@pytest.fixture(scope="session")
def running_stack(engine: Engine, sites: SimOrigin) -> Iterator[Stack]:
    """A stack that tests share, brought up with no setting but where the sites are."""
    with _new_stack(engine, sites) as stack:
        yield stack


@pytest.fixture
def own_stack(engine: Engine, sites: SimOrigin) -> Iterator[Stack]:
    """A stack of the test's own, to be removed and upgraded at will."""
    with _new_stack(engine, sites) as stack:
        yield stack


@pytest.fixture
def small_stack(engine: Engine, sites: SimOrigin) -> Iterator[Stack]:
    """A stack whose library is on a disk of 12 MB."""
    with tempfile.TemporaryDirectory(prefix="ohdio-stack-") as directory:
        library = Path(directory) / "library"
        library.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "small", str(library)], check=True)
        stack = Stack(engine, Path(directory), sites, {"MIN_DISK_SPACE_MB": "2"})
        try:
            stack.up()
            yield stack
        finally:
            stack.end()
            subprocess.run(["umount", str(library)], check=True)


@pytest.fixture
def stack(running_stack: Stack) -> Iterator[Stack]:
    """The stack, with one container a service, an empty queue and its first settings."""
    yield running_stack
    running_stack.put_right()
