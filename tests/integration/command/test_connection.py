"""Which ohdio a command talks to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.fixtures.api import Api

NOBODY = "http://127.0.0.1:9"


def queue(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `ohdio queue` where no ohdio runs."""
    command = Path(sys.executable).with_name("ohdio")
    return subprocess.run(
        [str(command), "queue", *arguments],
        env={**os.environ, "XDG_DATA_HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_the_variable_names_the_ohdio_that_a_command_talks_to(api: Api, tmp_path: Path) -> None:
    assert "No ohdio is running here" in queue(tmp_path).stderr
    done = queue(tmp_path, OHDIO_API=api.url)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_option_counts_more_than_the_variable(api: Api, tmp_path: Path) -> None:
    assert queue(tmp_path, "--api", api.url, OHDIO_API=NOBODY).returncode == 0
    other = queue(tmp_path, "--api", NOBODY, OHDIO_API=api.url)
    assert (other.returncode, other.stdout) == (2, "")
    assert f"Nobody answers at {NOBODY}" in other.stderr


def test_an_empty_variable_counts_as_none(tmp_path: Path) -> None:
    assert "No ohdio is running here" in queue(tmp_path, OHDIO_API="").stderr
