"""Becomes a program that the kernel tells to end when its parent has; run as a script, by path.

    python ending_with.py PARENT_ID COMMAND...

The program gets SIGINT, which PostgreSQL takes for a fast shutdown, when the thread that started it has ended, in
whatever way: also by ``kill -9``. After the change of user, which would undo it. Linux only.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def main(parent: int, command: list[str]) -> None:
    """Become ``command``."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "This kernel does not tell of the ends of parents.")
    if os.getppid() == parent:  # else it has ended before the kernel knew whom to tell
        os.execv(command[0], command)  # noqa: S606 # the command line is ours


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
