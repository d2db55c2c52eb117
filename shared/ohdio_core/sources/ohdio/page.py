"""Addresses on OHdio's pages."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urljoin, urlsplit


def absolute(reference: str | None, url: str) -> str:
    """Return the absolute address of a reference on the page at ``url``; "" where it is not valid."""
    text = (reference or "").strip()
    # Most need no resolving, and a category has thousands; only with a bracket or dots in it one may.
    if "[" not in text and "/." not in text:
        if text.startswith(("https://", "http://")):
            return text
        if text.startswith("/") and not text.startswith("//"):
            return _origin(url) + text
    try:
        return urljoin(url, text) if text else ""
    except ValueError:
        return ""


@lru_cache(maxsize=16)
def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
