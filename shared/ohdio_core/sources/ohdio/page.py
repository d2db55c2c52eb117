"""Addresses on OHdio's pages."""

from __future__ import annotations

from urllib.parse import urljoin


def absolute(reference: str | None, url: str) -> str:
    """Give the address that a reference on the page at ``url`` means; "" where it means none."""
    try:
        return urljoin(url, (reference or "").strip()) if reference else ""
    except ValueError:
        return ""
