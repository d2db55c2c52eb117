"""Takes the README's pictures: the first page while the demonstration's books arrive. ``make pictures``."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from demo.pages import running
from devservers.ports import free_ports

_TO = Path(__file__).resolve().parent.parent / "docs" / "pictures"
_CHROMIUM = "/usr/bin/chromium"
_WIDTH, _HEIGHT = 1280, 920
_COMPLETE = 5  #: books, so that some have arrived and others are on their way
_WITHIN = 120.0  # seconds


def main() -> None:
    """Write ``docs/pictures/home-light.png`` and ``home-dark.png``."""
    _TO.mkdir(exist_ok=True)
    (port,) = free_ports(1)
    with (
        tempfile.TemporaryDirectory(prefix="ohdio-pictures-") as directory,
        running(Path(directory), port),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, locale="en-CA", device_scale_factor=1.5)
        page.goto(f"http://127.0.0.1:{port}/")
        _wait_for_books(page)
        for theme in ("light", "dark"):
            page.context.add_cookies([{"name": "theme", "value": theme, "url": page.url}])
            page.reload()
            page.wait_for_timeout(1_000)  # the pictures of covers
            page.evaluate("document.activeElement.blur()")
            page.screenshot(path=_TO / f"home-{theme}.png")
        browser.close()


def _wait_for_books(page: Page) -> None:
    ends_at = time.monotonic() + _WITHIN
    while time.monotonic() < ends_at:
        complete = page.locator('[data-count="completed"]').inner_text()
        if complete.isdecimal() and int(complete) >= _COMPLETE:
            return
        page.wait_for_timeout(250)
    raise SystemExit(f"Fewer than {_COMPLETE} books were complete within {_WITHIN:.0f} s.")


if __name__ == "__main__":
    main()
