"""``make install``: ohdio for one user, without Docker and without the sources."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT
from tests.fixtures.command import Command
from tests.sites.catalogue import invent_category
from tests.sites.client import SimOrigin

UNIT = ROOT / "deploy" / "systemd" / "ohdio.service"


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ohdio-installed-") as made:
        yield Path(made)


Make = Callable[[str], str]


@pytest.fixture
def make(home: Path) -> Make:
    """Runs a target of the Makefile for the user of that home, and returns what it printed."""

    def run(target: str) -> str:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
        done = subprocess.run(
            ["make", target],
            cwd=ROOT,
            env={**environment, "HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_the_unit_is_one_that_systemd_takes(home: Path) -> None:
    command = home / ".local" / "bin" / "ohdio"
    command.parent.mkdir(parents=True)
    command.symlink_to(Path(sys.executable).with_name("ohdio"))
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}

    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", UNIT], env=environment, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.full  # everything is installed twice
@pytest.mark.timeout(1200)
def test_it_is_installed_collects_is_updated_and_removed(home: Path, make: Make, origin: SimOrigin) -> None:
    said = make("install")
    lib, link = home / ".local" / "lib" / "ohdio", home / ".local" / "bin" / "ohdio"
    assert "is not on PATH" in said
    assert (home / ".config" / "systemd" / "user" / "ohdio.service").read_text() == UNIT.read_text()
    first = (lib / "current").resolve()
    catalogue = invent_category(1, seconds=1)
    origin.offer(catalogue)
    command = Command(link, home, origin)
    assert command.run("get", origin.category_url(catalogue.categories[0])).returncode == 0
    assert len(command.books()) == 1

    make("install")
    assert (lib / "current").resolve() != first
    assert first.is_dir(), "what runs of it goes on"
    assert command.run("get", origin.category_url(catalogue.categories[0])).returncode == 0

    make("uninstall")
    assert not link.exists()
    assert not lib.exists()
    assert len(command.books()) == 1
    assert (command.data / "postgres").is_dir()
    command.end()
