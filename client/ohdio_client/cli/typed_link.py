"""A link that need not be among the arguments of a command, which every process of the machine can read."""

from __future__ import annotations

import sys

_INPUT = "-"


def typed_link(given: str) -> str:
    """Return a link as it was given; the first line of the input where that is ``-``."""
    return sys.stdin.readline().strip() if given == _INPUT else given
