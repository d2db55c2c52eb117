"""The client's wheels by themselves: a command that talks to a running ohdio, in an environment without one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.fixtures.api import Api
from tests.fixtures.wheels import add_required_libraries, install_wheels, site_packages

#: Of services and the product; what the client does without is not there to be imported.
OTHERS = {"alembic", "av", "dramatiq", "fastapi", "lxml", "ohdio", "ohdio_api", "psycopg", "sqlalchemy", "structlog"}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheels of the client and the core, and the libraries that these require."""
    made = install_wheels(tmp_path_factory.mktemp("client"), ["shared", "client"])
    add_required_libraries(made)
    assert {path.name for path in site_packages(made).iterdir()} & OTHERS == set()
    return made


def run(environment: Path, home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [environment / "bin" / "ohdio", *arguments],
        env={"XDG_DATA_HOME": str(home), "PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_adds_links_and_shows_what_becomes_of_them(environment: Path, api: Api, tmp_path: Path) -> None:
    link = "https://stories.example/lighthouse.mp3"
    added = run(environment, tmp_path, "add", link, OHDIO_API=api.url)
    assert (added.returncode, added.stderr) == (0, "")
    shown = run(environment, tmp_path, "queue", "--api", api.url)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert link in shown.stdout
    library = run(environment, tmp_path, "library", "--api", api.url)
    assert (library.returncode, library.stdout) == (0, "0 books.\n")


def test_its_help_lists_its_own_commands_alone(environment: Path, tmp_path: Path) -> None:
    shown = run(environment, tmp_path, "--help").stdout
    assert "\n  queue " in shown
    assert "\n  repair " in shown
    assert "\n  up " not in shown
    assert "Collect:" not in shown
    assert run(environment, tmp_path, "--version").stdout.startswith("ohdio ")


def test_a_command_of_the_product_is_said_to_be_another_distributions(environment: Path, tmp_path: Path) -> None:
    done = run(environment, tmp_path, "up")
    assert (done.returncode, done.stdout) == (2, "")
    assert "`ohdio up` is not installed here" in done.stderr
    assert "distribution `ohdio`" in done.stderr


def test_a_link_alone_is_to_be_added(environment: Path, tmp_path: Path) -> None:
    link = "https://stories.example/feed.xml"
    assert f"`ohdio add {link}` collects it" in run(environment, tmp_path, link).stderr
