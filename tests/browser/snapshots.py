"""Pictures of pages that are kept, compared with how pages look now; with a tolerance, as no two machines draw alike.

``make snapshots`` takes them anew. Of a page that looks different, ``build/snapshots`` gets how it looks, and where.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Page

from tests.architecture.source_tree import ROOT

KEPT = Path(__file__).parent / "snapshots"
_FOUND = ROOT / "build" / "snapshots"
#: Pictures are compared in cells of so many pixels' width, by their mean colours: how letters are smoothed is the same.
_CELL = 4
#: How far a cell's red, green or blue may be from what it was, of 255.
_APART = 26
#: The share of cells that may be further apart, and the mean of all: a word is more, and so is another shade of paper.
_MOST_CELLS = 0.0008
_MOST_MEAN = 1.5
#: Of a picture; it is small then, without any loss to letters.
_COLOURS = 128

#: What is different each time, or on another machine, is the same in pictures.
_STEADY = """
:root { --sans: "DejaVu Sans" !important; --mono: "DejaVu Sans Mono" !important; }
*, ::before, ::after { animation: none !important; transition: none !important; caret-color: transparent !important; }
.cover[data-tint] { background: light-dark(#e9e2d0, #38301f) !important; }
"""
_SAME_WORDS = """() => {
    const same = { "[data-facts]": "67 GB free", "[data-copied], .foot code": "/library", ".foot span": "ohdio " };
    for (const [where, text] of Object.entries(same))
        for (const element of document.querySelectorAll(where)) element.firstChild.data = text;
    document.activeElement?.blur();
    const decoded = [...document.images].map((image) => image.decode().catch(() => null));
    return Promise.all([document.fonts.ready, ...decoded]);
}"""


def keep_still(page: Page) -> None:
    """Make a page look the same whenever and wherever it is opened; it must have been told to bypass the policy."""
    page.add_init_script("window.SharedWorker = class { port = { postMessage() {} } };")  # nothing changes


def picture_of(page: Page) -> Image.Image:
    """Return what the window shows."""
    page.add_style_tag(content=_STEADY)
    page.evaluate(_SAME_WORDS)
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def differences(now: Image.Image, kept: Image.Image) -> Image.Image | None:
    """Return where two pictures differ, in red upon the first; None where nobody would see a difference."""
    if now.size != kept.size:
        return now
    small = (now.width // _CELL, now.height // _CELL)
    apart = ImageChops.difference(now.resize(small, Image.Resampling.BOX), kept.resize(small, Image.Resampling.BOX))
    red, green, blue = apart.split()
    worst = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    cells = worst.point(lambda value: 255 if value > _APART else 0)
    share = cells.histogram()[255] / (small[0] * small[1])
    mean = sum(value * count for value, count in enumerate(worst.histogram())) / (small[0] * small[1])
    if share <= _MOST_CELLS and mean <= _MOST_MEAN:
        return None
    marked = now.copy()
    marked.paste((220, 0, 0), mask=cells.resize(now.size, Image.Resampling.NEAREST).point(lambda value: value * 2 // 3))
    return marked


def _in_few_colours(picture: Image.Image) -> Image.Image:
    """Return a picture as it is kept: sharp, in colours that are near to its own."""
    few = picture.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return few.convert("RGB")


def look_at(page: Page, name: str) -> str | None:
    """Compare a page with the picture of this name that is kept; return what differs, in words, or None.

    With ``OHDIO_TAKE_SNAPSHOTS`` the picture is taken anew.
    """
    now, file = picture_of(page), KEPT / f"{name}.webp"
    if os.environ.get("OHDIO_TAKE_SNAPSHOTS"):
        KEPT.mkdir(exist_ok=True)
        _in_few_colours(now).save(file, lossless=True, quality=100, method=6)
        return None
    if not file.exists():
        return f"{name}: there is no picture; `make snapshots` takes it"
    with Image.open(file) as kept:
        marked = differences(_in_few_colours(now), kept.convert("RGB"))
    if marked is None:
        return None
    _FOUND.mkdir(parents=True, exist_ok=True)
    now.save(_FOUND / f"{name}.now.png")
    marked.save(_FOUND / f"{name}.difference.png")
    return f"{name}: it looks different, see {_FOUND / name}.difference.png; `make snapshots` if that is meant"
