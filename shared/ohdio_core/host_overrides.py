"""Reading ``OHDIO_HOST_OVERRIDES``: hosts whose requests go to another origin (mirrors, tests)."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import urlsplit

from ohdio_core.hosts import ascii_host

_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_FORM = "Write it as host=http://127.0.0.1:9000, several separated by commas."


def parse_overrides(text: str) -> dict[str, str]:
    """Read ``host=origin,other=origin`` into a mapping from lower-case host to origin (no trailing slash).

    Blank text means no overrides.

    Raises:
        ValueError: An entry is malformed; the sentence names it and says how to write it.
    """
    overrides: dict[str, str] = {}
    for entry in filter(None, (piece.strip() for piece in text.split(","))):
        host, separator, origin = (piece.strip() for piece in entry.partition("="))
        with suppress(ValueError):  # what no host may be called is refused in the next line
            host = ascii_host(host)
        if not separator or not _HOST.fullmatch(host):
            raise ValueError(f"The host override {entry!r} does not begin with a bare host name. {_FORM}")
        if host in overrides:
            raise ValueError(f"The host {host} is overridden twice. Keep one of them.")
        if (problem := _problem(origin)) is not None:
            raise ValueError(f"The host override {entry!r} leads to {problem}. {_FORM}")
        overrides[host] = origin.rstrip("/")
    return overrides


def _problem(origin: str) -> str | None:
    try:
        parts = urlsplit(origin)
        has_valid_port = parts.port is None or parts.port > 0
    except ValueError:
        return "something that is not a URL"
    if parts.scheme not in ("http", "https") or not parts.hostname or not has_valid_port:
        return "something that is not an http or https origin"
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        return "more than an origin (no path, query or user name may follow)"
    return None
