"""How many arenas of the C library threads take memory from."""

from __future__ import annotations

import os
import subprocess
import sys

#: Sixteen threads that take memory at once; prints what the C library tells of its arenas.
_THREADS = """
import ctypes, threading
from ohdio_core.arenas import share_arenas
share_arenas()
meeting = threading.Barrier(16)
def take():
    kept = [bytearray(5_000) for _ in range(100)]
    meeting.wait()
    del kept
threads = [threading.Thread(target=take) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
library = ctypes.CDLL(None)
library.fdopen.restype = ctypes.c_void_p
library.malloc_info(0, ctypes.c_void_p(library.fdopen(1, b"w")))
library.fflush(None)
"""


def test_sixteen_threads_share_two() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    told = subprocess.run(
        [sys.executable, "-c", _THREADS], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    assert told.stdout.count("<heap nr=") == 2
