"""What stands on every page looks the same on each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import ohdio_api.web

WEB = Path(ohdio_api.web.__file__).parent
#: What they draw is around every page, whatever page that is.
EVERYWHERE = ("shell/base.html", "shell/dot.html", "shell/health.html", "shell/keys.html", "player/bar.html")


def test_no_page_styles_what_stands_on_every_page() -> None:
    """Styles of pages are above all others: a class that one of them styles wherever it is, is taken by it."""
    templates = [(WEB / name).read_text(encoding="utf-8") for name in EVERYWHERE]
    drawn = {word for text in templates for names in re.findall(r'class="([^"]*)"', text) for word in names.split()}
    styled = {
        (path.relative_to(WEB).as_posix(), word) for path in WEB.rglob("page.css") for word in _classes_of_pages(path)
    }
    assert len(drawn) > 10
    assert len(styled) > 10
    assert [(sheet, word) for sheet, word in sorted(styled) if word in drawn] == []


def _classes_of_pages(path: Path) -> Iterator[str]:
    """Yield the classes that a sheet styles wherever they are, in the layer of pages."""
    _, _, text = path.read_text(encoding="utf-8").partition("@layer pages {")
    for selectors in re.findall(r"([^{}]+)\{", text):
        yield from (each.strip()[1:] for each in selectors.split(",") if re.fullmatch(r"\s*\.[\w-]+\s*", each))
