"""Draws the icon in the sizes that systems put on a home screen, from the measures of the one for browsers."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image, ImageDraw

SHELL = Path(__file__).parents[1] / "services/api/ohdio_api/web/shell"
_SVG = "{http://www.w3.org/2000/svg}"
_FINE = 4  # drawn so many times larger, then made smaller: smooth edges
#: Of a maskable icon systems may cut off all but the inner four fifths (W3C, Web App Manifest, "safe zone").
_SAFE = 0.8


def draw(size: int, *, is_maskable: bool = False) -> Image.Image:
    """Return the icon; a maskable one has no corners of its own, and what counts in its middle.

    Args:
        size: The length of a side, in pixels.
    """
    root = ET.parse(SHELL / "icon.svg").getroot()  # noqa: S314 # a file of ours
    ground, group = root.find(f"{_SVG}rect"), root.find(f"{_SVG}g")
    assert ground is not None
    assert group is not None
    side = float(ground.attrib["width"])
    unit = size * _FINE / side * (_SAFE if is_maskable else 1.0)
    edge = (size * _FINE - unit * side) / 2
    image = Image.new("RGBA", (size * _FINE,) * 2, ground.attrib["fill"] if is_maskable else (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    bars = [(bar.attrib, group.attrib["fill"]) for bar in group]
    for place, colour in [(ground.attrib, ground.attrib["fill"]), *bars]:
        left, top, width, height = (float(place.get(name, "0")) * unit for name in ("x", "y", "width", "height"))
        box = (edge + left, edge + top, edge + left + width, edge + top + height)
        pen.rounded_rectangle(box, float(place["rx"]) * unit, colour)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    """Write them beside the one for browsers."""
    for size in (180, 192, 512):
        # The systems that ask for 180 round the corners themselves, and show what is transparent as black.
        draw(size, is_maskable=size == 180).save(SHELL / f"icon-{size}.png", optimize=True)
    draw(512, is_maskable=True).save(SHELL / "icon-maskable.png", optimize=True)


if __name__ == "__main__":
    main()
