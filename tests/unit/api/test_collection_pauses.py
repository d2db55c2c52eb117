"""How long collections of garbage keep requests waiting."""

from __future__ import annotations

import json
import subprocess
import sys

#: Prints the CPU seconds of a collection of everything, before and after.
_COLLECTIONS = """
import gc, json, time
import ohdio_api.app
from ohdio_api.collection_pauses import shorten_pauses
def collection():
    begun = time.thread_time()
    gc.collect()
    return time.thread_time() - begun
collection()
before = min(collection() for _ in range(3))
shorten_pauses()
print(json.dumps([before, min(collection() for _ in range(3))]))
"""


def test_what_a_start_has_made_is_left_out_of_them() -> None:
    told = subprocess.run([sys.executable, "-c", _COLLECTIONS], capture_output=True, text=True, timeout=120, check=True)
    before, after = json.loads(told.stdout)

    assert after < before / 4
