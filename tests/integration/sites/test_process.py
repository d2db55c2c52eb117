from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sites import hosts
from tests.sites.client import SimOrigin

ROOT = Path(__file__).parents[3]
STARTS_AND_HANGS = """
import sys, time
from pathlib import Path
from tests.sites.client import SimOrigin
origin = SimOrigin.start(Path(sys.argv[1]))
print(origin.port, flush=True)
time.sleep(60)
"""


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_overrides_send_every_simulated_host_to_the_process(origin: SimOrigin) -> None:
    pairs = dict(pair.split("=", 1) for pair in origin.overrides().split(","))

    assert pairs == dict.fromkeys(hosts.ALL, f"http://127.0.0.1:{origin.port}")


def test_the_process_ends_when_it_is_stopped(tmp_path: Path) -> None:
    origin = SimOrigin.start(tmp_path)
    assert is_listening(origin.port)

    origin.stop()

    assert not is_listening(origin.port)


def test_the_process_ends_when_the_test_run_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTS_AND_HANGS, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        port = int(run.stdout.readline())
        run.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 10
    while is_listening(port):
        assert time.monotonic() < deadline


def test_an_order_that_makes_no_sense_is_refused_with_a_sentence(origin: SimOrigin) -> None:
    with pytest.raises(ValueError, match="no such order"):
        origin._tell("dance", None)
