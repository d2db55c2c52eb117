"""The end of being at something that one process at a time is at."""

from __future__ import annotations


class LeaseLost(Exception):
    """It is another process's by now, has ended, or was stopped."""
