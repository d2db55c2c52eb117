"""Keeps one server alive for as long as its owner lives; run as a script, by path.

    python guardian.py STOP_SIGNAL GRACE_SECONDS COMMAND...

The owner holds the other end of standard input. ``k`` on it, or the server's own end, ends everything at once,
as a power cut would; end of file (the owner asked, or died in whatever way) ends the server politely first.
The guardian is a child subreaper, so that daemons which the server leaves behind (``epmd``) end with it.
Linux only: subreapers, pidfds and /proc.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>


def children() -> list[int]:
    """Return the processes whose parent is this one, orphans of the server included."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # ended meanwhile
            # "pid (name) state ppid …", and the name may hold spaces and parentheses.
            if int(stat.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(stat.parent.name))
    return found


def end_all() -> None:
    """Kill children until none is left: the children of a killed one become ours."""
    while remaining := children():
        for pid in remaining:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in remaining:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def main(stop_signal: int, grace: float, command: list[str]) -> None:
    """Run ``command`` until it ends or the owner goes away."""
    for unheeded in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        # Not SIG_IGN, which the server would inherit: a shell cannot trap what it was started to ignore.
        signal.signal(unheeded, lambda *_: None)
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "This kernel has no child subreapers.")
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    ended = os.pidfd_open(server.pid)
    owner = sys.stdin.fileno()
    readable, _, _ = select.select([owner, ended], [], [])
    if owner in readable and os.read(owner, 1) != b"k":
        server.send_signal(stop_signal)
        select.select([ended], [], [], grace)
    end_all()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
