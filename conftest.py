"""Marks the fuzzers, frees them from the clock, and has commands print English.

Fixtures are loaded by the tiers that need them: unit tests import only what they test.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

import pytest

# Whoever runs the tests may read another language.
os.environ["LC_ALL"] = "C.UTF-8"

# Before any of them is imported, by whichever conftest.
pytest.register_assert_rewrite("tests.fixtures")

pytest_plugins = ("tests.fixtures.running_order",)

# What is imported and collected stays: looking through it for garbage again and again takes a tenth of a run.
gc.disable()


def pytest_configure() -> None:
    """Free Hypothesis's examples from judgement by the clock, which beside other work says nothing about them."""
    from hypothesis import settings  # noqa: PLC0415 - after the rewriting of assertions is arranged

    settings.register_profile("without deadline", settings(deadline=None))
    settings.load_profile("without deadline")


def pytest_collection_finish() -> None:
    """Begin to collect garbage, leaving out what there is before the first test."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)  # before the selection by markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test whose inputs Hypothesis invents as ``fuzz``."""
    if "hypothesis" not in sys.modules:
        return
    from hypothesis import is_hypothesis_test  # noqa: PLC0415 - half a second that most tests do without

    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker(pytest.mark.fuzz)


@pytest.fixture(autouse=True)
def is_scheduled_as_before() -> Iterator[None]:
    """Fail a test that leaves this process with the right of way: every server beside it would starve from then on."""
    yield
    if hasattr(os, "sched_getscheduler"):
        assert os.sched_getscheduler(0) == os.SCHED_OTHER
