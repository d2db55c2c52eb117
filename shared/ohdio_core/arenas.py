"""How much of what threads have once used the C library keeps for them."""

from __future__ import annotations

import ctypes
import os
import sys

_ARENA_MAX = -8  #: of ``mallopt``
_ARENAS = 2


def share_arenas() -> None:
    """Make all threads take memory from two arenas, where the GNU C library would open eight for each core.

    Each keeps what was once used in it, and one lock of Python keeps threads from asking at the same time. One that a
    thread has opened stays, so this is the first thing that a process does. What is said in the environment counts.
    """
    if sys.platform.startswith("linux") and "MALLOC_ARENA_MAX" not in os.environ:
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
        if set_option is not None:
            set_option(_ARENA_MAX, _ARENAS)
