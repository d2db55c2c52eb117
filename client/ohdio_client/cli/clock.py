"""Moments by the clock of this machine, as whoever reads them has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def day_here(moment: datetime) -> str:
    """Return the day on which something is, here."""
    return f"{moment.astimezone():%Y-%m-%d}"


def moment_here(moment: datetime) -> str:
    """Return when something is, to the second."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
