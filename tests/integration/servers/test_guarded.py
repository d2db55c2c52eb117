from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psutil

from devservers.guarded import GuardedProcess
from devservers.waiting import wait_until

#: A server that leaves a daemon behind: its child goes on in a session of its own after the server has ended.
SHELL = "setsid sleep 1000 & echo $! > {daemon}; echo $$ > {server}; wait"

OWNER = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
from devservers.guarded import GuardedProcess
GuardedProcess(sys.argv[2:], environment=os.environ, log=Path(sys.argv[1]), stop_signal=signal.SIGTERM,
               grace=timedelta(seconds=5))
signal.pause()
"""


def start(command: str, folder: Path, grace: timedelta = timedelta(seconds=5)) -> GuardedProcess:
    return GuardedProcess(
        ["sh", "-c", command],
        environment=os.environ,
        log=folder / "log",
        stop_signal=signal.SIGTERM,
        grace=grace,
    )


def pid_in(file: Path) -> int:
    wait_until(
        lambda: file.exists() and file.read_text().endswith("\n"),
        timedelta(seconds=5),
        lambda: f"{file} was not written.",
    )
    return int(file.read_text())


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class TestGuardedProcess:
    def test_a_server_that_ends_by_itself_is_not_running(self, tmp_path: Path) -> None:
        process = start("echo the reason", tmp_path)
        wait_until(lambda: not process.is_running(), timedelta(seconds=5), lambda: "It is still running.")
        assert process.log_tail() == "the reason"
        process.stop()

    def test_stop_lets_the_server_end_in_its_own_way(self, tmp_path: Path) -> None:
        process = start(f"trap 'echo bye; exit 0' TERM; echo $$ > {tmp_path}/up; sleep 1000 & wait", tmp_path)
        pid_in(tmp_path / "up")
        process.stop()
        assert process.log_tail() == "bye"

    def test_stop_kills_a_server_that_does_not_listen(self, tmp_path: Path) -> None:
        process = start(f"trap '' TERM; echo $$ > {tmp_path}/up; sleep 1000", tmp_path, timedelta(seconds=0.1))
        server = pid_in(tmp_path / "up")
        process.stop()
        assert not is_alive(server)

    def test_stop_ends_the_daemons_that_the_server_left_behind(self, tmp_path: Path) -> None:
        process = start(SHELL.format(daemon=tmp_path / "daemon", server=tmp_path / "server"), tmp_path)
        pids = [pid_in(tmp_path / "daemon"), pid_in(tmp_path / "server")]
        process.stop()
        assert [is_alive(pid) for pid in pids] == [False, False]

    def test_kill_ends_all_of_a_frozen_server(self, tmp_path: Path) -> None:
        process = start(SHELL.format(daemon=tmp_path / "daemon", server=tmp_path / "server"), tmp_path)
        pids = [pid_in(tmp_path / "daemon"), pid_in(tmp_path / "server")]
        process.send_signal(signal.SIGSTOP)
        process.kill()
        assert [is_alive(pid) for pid in pids] == [False, False]

    def test_the_server_ends_when_its_owner_is_killed(self, tmp_path: Path) -> None:
        command = SHELL.format(daemon=tmp_path / "daemon", server=tmp_path / "server")
        owner = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path / "log"), "sh", "-c", command])
        pids = [pid_in(tmp_path / "daemon"), pid_in(tmp_path / "server")]
        owner.kill()
        owner.wait()
        wait_until(lambda: not any(map(is_alive, pids)), timedelta(seconds=5), lambda: f"Some of {pids} live on.")
