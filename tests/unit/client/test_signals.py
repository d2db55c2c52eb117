from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator

import pytest

from ohdio_client.signals import StopSignal


@pytest.fixture
def stop() -> Iterator[StopSignal]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield StopSignal()
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_nobody_who_asks_is_noticed(stop: StopSignal) -> None:
    assert not stop.wait(0.05)


def test_a_signal_that_another_thread_gets_ends_the_wait(stop: StopSignal) -> None:
    began_at = time.monotonic()
    other = threading.Thread(target=lambda: signal.pthread_kill(threading.get_ident(), signal.SIGTERM))
    other.start()
    assert stop.wait(60)
    other.join()
    assert time.monotonic() - began_at < 30  # a look every second is what ends it
    assert stop.exit_code == 143
