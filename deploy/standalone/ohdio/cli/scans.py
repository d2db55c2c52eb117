"""Scans that somebody may have to do something about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ohdio.cli.output import print_line

if TYPE_CHECKING:
    from ohdio.client import Client

#: Neither complete nor ended by a person.
UNSETTLED = ("scraping", "failed")


def read_scans(client: Client, states: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """Read the scans in these states, the oldest first."""
    return tuple(client.every("scrapes", status=states))[::-1]


def print_scans(scans: Sequence[dict[str, Any]]) -> None:
    """Print a line for each."""
    from ohdio.progress import scan_line

    for scan in scans:
        print_line(scan_line(scan))
