"""From what feeds write for an address to one that can be followed."""

from __future__ import annotations

from ohdio_core.sources.resolution import resolved


def absolute(reference: str, base: str) -> str | None:
    """Return the absolute address of a reference; None when there is none, or nobody could follow it."""
    return resolved(reference, base)
