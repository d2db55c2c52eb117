"""Processes that are killed between any two steps of what they do to files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import ParamSpec, TypeVar

import pytest

from ohdio_core.library import naming_files
from tests.unit.library.books import InterruptedByTest

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], bool]]:
    """End whatever the block does to files at one step, and all that would be tidied up after it, as a kill does."""
    steps = count()
    is_dead = False

    def counted(act: Callable[P, R]) -> Callable[P, R]:
        def step_of(*arguments: P.args, **named: P.kwargs) -> R:
            nonlocal is_dead
            is_dead = is_dead or next(steps) == step
            if is_dead:
                raise InterruptedByTest
            return act(*arguments, **named)

        return step_of

    with monkeypatch.context() as patched:
        for name in ("link", "unlink", "rename", "replace", "mkdir", "rmdir"):
            patched.setattr(os, name, counted(getattr(os, name)))
        patched.setattr(naming_files, "_rename_to_new", counted(naming_files._rename_to_new))
        with suppress(InterruptedByTest):
            yield lambda: is_dead
