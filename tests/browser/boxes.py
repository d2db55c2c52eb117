"""What is wrong with the boxes of a page, measured in the browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

_FIND = (Path(__file__).parent / "boxes.js").read_text(encoding="utf-8")


def wrong_boxes(page: Page) -> list[str]:
    """Return what is cut, overlaps, or is wider than the window, on a page with the window that it has."""
    page.evaluate("document.fonts.ready")
    found: list[str] = page.evaluate(_FIND)
    return found
