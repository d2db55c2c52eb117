"""From what feeds write for an address to one that can be followed."""

from __future__ import annotations

from urllib.parse import urljoin

from ohdio_core.sources.canonical import refuse_reason


def absolute(reference: str, base: str) -> str | None:
    """Return the absolute address of a reference: relative, without its scheme, or complete.

    None when there is none, or nobody could follow it.
    """
    address = reference.strip()
    if not address:
        return None
    try:
        if not address.startswith(("http://", "https://")):
            address = urljoin(base, address)
    except ValueError:
        return None
    # Blanks inside an address are a common slip that browsers forgive.
    address = address.replace(" ", "%20")
    return address if address.startswith(("http://", "https://")) and refuse_reason(address) is None else None
