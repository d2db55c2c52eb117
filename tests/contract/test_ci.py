"""What CI does about tests with containers: only where that is asked for they are left out, which it says last."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

LEFT_OUT = "The tests with containers were not run: OHDIO_NO_CONTAINERS=1."

#: In the place of make: says what is made, but for the tests with containers where they are left out.
_MAKE = f"""#!/bin/sh
shift
if [ "$1" = compose-test ] && [ "$OHDIO_NO_CONTAINERS" = 1 ]; then exec {ROOT}/tools/compose-test; fi
if [ "$1" != lint ]; then echo "$@"; fi
test "$1" != "$FAILS"
"""


def ci(folder: Path, **environment: str) -> tuple[int, list[str]]:
    """Run what CI runs; return its code and what it said, but of the linters, which run beside the rest."""
    make = folder / "make"
    make.write_text(_MAKE, encoding="utf-8")
    make.chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    done = subprocess.run(
        [ROOT / ".ci" / "run"], env={"PATH": path, **environment}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.splitlines()


def test_they_are_run_before_the_others_whose_summary_comes_last(tmp_path: Path) -> None:
    assert ci(tmp_path) == (0, ["setup servers", "compose-test", "test"])


def test_they_are_left_out_where_that_is_asked_for_and_it_is_said_last(tmp_path: Path) -> None:
    assert ci(tmp_path, OHDIO_NO_CONTAINERS="1") == (0, ["setup servers", "test", LEFT_OUT])


@pytest.mark.parametrize("part", ["compose-test", "test", "lint"])
def test_what_fails_keeps_no_other_part_from_running_and_fails_the_whole(part: str, tmp_path: Path) -> None:
    code, said = ci(tmp_path, FAILS=part)
    assert code != 0
    assert said == ["setup servers", "compose-test", "test"]


def test_where_no_daemon_can_be_started_they_fail_and_say_why(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "devservers.containers.private", str(tmp_path), "true"]
    done = subprocess.run(command, cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Not installed: dockerd, ")
