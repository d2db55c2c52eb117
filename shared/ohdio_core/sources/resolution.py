"""From a reference on a page or in a feed to an address that can be followed, as browsers read it."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from ohdio_core.domain.written_address import as_written, with_slashes, without_dot_segments, without_nobody
from ohdio_core.sources.canonical import refuse_reason

_WEB = ("http://", "https://")


def resolved(reference: str, base: str) -> str | None:
    """Return the absolute address of a reference: relative, without its scheme, or complete.

    None when there is none, or nobody could follow it.
    """
    address = with_slashes(as_written(reference))
    if not address:
        return None
    try:
        if not address.startswith(_WEB):
            address = urljoin(base, address)
        if "/." in address or "%2e" in address.lower():
            parts = urlsplit(address)
            address = parts._replace(path=without_dot_segments(parts.path)).geturl()
    except ValueError:
        return None
    # Blanks inside an address are a common slip that browsers forgive.
    address = without_nobody(address).replace(" ", "%20")
    return address if address.startswith(_WEB) and refuse_reason(address) is None else None
