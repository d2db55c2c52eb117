"""The demonstration in the pages ends with what it runs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from demo.pages import wait_for_end
from ohdio_client.signals import StopSignal


class _NeverAsked(StopSignal):
    """Nobody ends it."""

    def __init__(self) -> None:
        """Leave the signals of this process as they are."""

    def wait(self, seconds: float | None = None) -> bool:
        """Wait no moment."""
        del seconds
        return False


@pytest.mark.parametrize(
    ("does", "how"),
    [("raise SystemExit(7)", "code 7"), ("import os; os.kill(os.getpid(), 9)", "signal 9")],
)
def test_says_that_what_it_runs_has_ended_and_ends(does: str, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    with subprocess.Popen([sys.executable, "-c", does]) as up, pytest.raises(SystemExit) as ended:
        wait_for_end(_NeverAsked(), up)
    assert ended.value.code == 1
    assert f"`ohdio up` has ended by itself ({how})" in capsys.readouterr().out
