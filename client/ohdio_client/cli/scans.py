"""Scans that somebody may have to do something about."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ohdio_client.cli.output import print_line, shorten, terminal_width

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_core.schemas.scrapes import ScrapeView

#: Neither complete nor ended by a person.
UNSETTLED = ("scraping", "failed")
_MOST = 3
_WIDEST = 160  # characters, where it is no terminal


def read_scans(client: Client, states: Sequence[str]) -> tuple[ScrapeView, ...]:
    """Read the scans in these states, the oldest first."""
    return tuple(client.scans.every(states))[::-1]


def print_scans(scans: Sequence[ScrapeView]) -> None:
    """Print a line for each."""
    from ohdio_client.progress import scan_line

    for scan in scans:
        print_line(scan_line(scan))


def print_failed_scans(scans: Sequence[ScrapeView], *, is_short: bool) -> None:
    """Print scans that failed, the newest first, and what can be done about them.

    Args:
        is_short: Only the newest three, and of each only what fits into a line.
    """
    from ohdio_client.progress import scan_line

    if not scans:
        return
    newest = scans[::-1][: _MOST if is_short else None]
    for scan in newest:
        line = scan_line(scan)
        print_line(shorten(line, terminal_width(sys.stdout) or _WIDEST) if is_short else line)
    if more := len(scans) - len(newest):
        others = "1 other scan" if more == 1 else f"{more} other scans"
        print_line(f"and {others} that failed: `ohdio queue --status failed` shows all.")
    print_line("`ohdio retry` lets scans that failed go on; `ohdio remove LINK` forgets one.")
