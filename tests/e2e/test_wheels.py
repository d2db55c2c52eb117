"""What is built is what works: the wheels alone, in an environment without the sources."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import DISTRIBUTIONS
from tests.fixtures.command import Command
from tests.fixtures.wheels import add_all_libraries, install_wheels
from tests.sites.catalogue import invent_category
from tests.sites.client import SimOrigin


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """An environment with our wheels, and with the libraries of this one behind them."""
    environment = install_wheels(tmp_path)
    add_all_libraries(environment)
    return environment


@pytest.fixture
def ohdio_of_the_wheels(installed: Path, origin: SimOrigin) -> Iterator[Command]:
    with tempfile.TemporaryDirectory(prefix="ohdio-wheels-") as home:
        command = Command(installed / "bin" / "ohdio", Path(home), origin)
        yield command
        command.end()


@pytest.mark.full  # the image for homes is made of wheels, too: containers/test_home.py
def test_the_wheels_alone_give_a_command_that_collects_books(
    ohdio_of_the_wheels: Command, installed: Path, origin: SimOrigin
) -> None:
    places = [f"import {package}; print({package}.__file__)" for package in DISTRIBUTIONS.values()]
    printed = subprocess.run(
        [str(installed / "bin" / "python"), "-c", "\n".join(places)], capture_output=True, text=True, check=True
    )
    assert all(Path(line).is_relative_to(installed) for line in printed.stdout.splitlines())
    catalogue = invent_category(2, seconds=1)
    origin.offer(catalogue)

    assert ohdio_of_the_wheels.run("get", origin.category_url(catalogue.categories[0])).returncode == 0

    assert len(ohdio_of_the_wheels.books()) == 2
