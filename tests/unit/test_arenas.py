"""How many arenas of the C library threads take memory from."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from inspect import unwrap
from types import ModuleType

import pytest

import ohdio_api.app
import ohdio_downloader.worker
import ohdio_metadata.worker
import ohdio_scraper.worker
from ohdio.cli.get import get
from ohdio.cli.up import up
from ohdio_core.schemas.submissions import Wishes

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


class Ended(Exception):
    pass


def end() -> None:
    raise Ended


@pytest.mark.parametrize(
    "process",
    [ohdio_api.app, ohdio_downloader.worker, ohdio_metadata.worker, ohdio_scraper.worker],
    ids=lambda module: module.__name__,
)
def test_a_service_shares_them_before_it_reads_its_settings(
    process: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "share_arenas", end)
    monkeypatch.setattr(process, "settings_or_exit", lambda _: pytest.fail("too late"))
    with pytest.raises(Ended):
        process.main()


@pytest.mark.parametrize("command", [up, lambda: unwrap(get)(urls=[], wanted=Wishes())], ids=["up", "get"])
def test_so_does_a_process_that_has_every_service(command: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ohdio_core.arenas.share_arenas", end)
    monkeypatch.setattr("ohdio_client.signals.StopSignal", lambda: pytest.fail("too late"))
    with pytest.raises(Ended):
        command()
