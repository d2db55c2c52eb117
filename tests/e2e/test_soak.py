"""Idle processes: no memory is lost, and hardly any time is used. ``OHDIO_SOAK_SECONDS`` makes it shorter."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import psutil
import pytest

from tests.fixtures.product import SHAPES, Installer, Product, Role, fresh_category

SECONDS = float(os.environ.get("OHDIO_SOAK_SECONDS", "600"))
WARM_UP = min(60.0, SECONDS / 4)
GROWTH = 2 * 1024 * 1024
CPU = 0.02


@dataclass(frozen=True, slots=True)
class Reading:
    """What a process has used so far."""

    memory: int  #: bytes of it that no other process shares
    cpu: float  #: seconds


def read(process: psutil.Process) -> Reading:
    return Reading(process.memory_full_info().uss, sum(process.cpu_times()[:2]))


def processes(product: Product) -> dict[str, psutil.Process]:
    found = {}
    for role in Role:
        for number in product.processes.running(role):
            found[f"{role}-{number}"] = psutil.Process(product.processes.pid(role, number))
    return found


@pytest.mark.soak
@pytest.mark.timeout(SECONDS + 120)
@pytest.mark.parametrize("shape", SHAPES)
def test_idle_processes_use_no_more_memory_and_hardly_any_time(
    installer: Installer, shape: str, capsys: pytest.CaptureFixture[str]
) -> None:
    product = installer.of_shape(shape)
    # They have worked before they idle: what is loaded on first use is no leak.
    product.origin.offer(fresh := fresh_category(20))
    product.collect(fresh)
    product.wait_until_settled(20, within=60)
    watched = processes(product)
    assert watched

    began_at = time.monotonic()
    product.wait_until(lambda: time.monotonic() > began_at + WARM_UP, WARM_UP + 5, "they are warm", every=1)
    before = {name: read(process) for name, process in watched.items()}
    measured_at = time.monotonic()
    product.wait_until(lambda: time.monotonic() > began_at + SECONDS, SECONDS, "the time is over", every=1)
    span = time.monotonic() - measured_at
    after = {name: read(process) for name, process in watched.items()}

    growth = {name: after[name].memory - before[name].memory for name in watched}
    share = {name: (after[name].cpu - before[name].cpu) / span for name in watched}
    with capsys.disabled():
        print(f"\n{shape}: {span:.0f} s idle")
        for name in watched:
            memory = after[name].memory / 2**20
            print(f"  {name:14} {memory:6.1f} MiB, {growth[name] / 1024:+8.0f} KiB, {share[name]:.2%} CPU")
    assert {name for name in watched if growth[name] > GROWTH} == set()
    assert {name for name in watched if share[name] > CPU} == set()
