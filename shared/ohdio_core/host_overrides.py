"""Reading ``OHDIO_HOST_OVERRIDES``: hosts whose requests go to another origin (mirrors, tests)."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import urlsplit

from ohdio_core.expectations import UnexpectedValue
from ohdio_core.hosts import ascii_host
from ohdio_core.sentences import Sentence, sentence

_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_FORM = sentence("override.form", "Write it as host=http://127.0.0.1:9000, several separated by commas.")


def parse_overrides(text: str) -> dict[str, str]:
    """Read ``host=origin,other=origin`` into a mapping from lower-case host to origin (no trailing slash).

    Blank text means no overrides.

    Raises:
        UnexpectedValue: An entry is malformed; the sentence names it and says how to write it.
    """
    overrides: dict[str, str] = {}
    for entry in filter(None, (piece.strip() for piece in text.split(","))):
        host, separator, origin = (piece.strip() for piece in entry.partition("="))
        with suppress(ValueError):  # what no host may be called is refused in the next line
            host = ascii_host(host)
        if not separator or not _HOST.fullmatch(host):
            raise UnexpectedValue(
                sentence(
                    "override.no_host",
                    "The host override {entry} does not begin with a bare host name. {form}",
                    entry=repr(entry),
                    form=_FORM,
                )
            )
        if host in overrides:
            raise UnexpectedValue(
                sentence("override.twice", "The host {host} is overridden twice. Keep one of them.", host=host)
            )
        if (problem := _problem(origin)) is not None:
            raise UnexpectedValue(
                sentence(
                    "override.no_origin",
                    "The host override {entry} leads to {problem}. {form}",
                    entry=repr(entry),
                    problem=problem,
                    form=_FORM,
                )
            )
        overrides[host] = origin.rstrip("/")
    return overrides


def _problem(origin: str) -> Sentence | None:
    try:
        parts = urlsplit(origin)
        has_valid_port = parts.port is None or parts.port > 0
    except ValueError:
        return sentence("override.no_url", "something that is not a URL")
    if parts.scheme not in ("http", "https") or not parts.hostname or not has_valid_port:
        return sentence("override.no_http", "something that is not an http or https origin")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        return sentence("override.more", "more than an origin (no path, query or user name may follow)")
    return None
