"""Small copies of covers, from whatever is called a cover."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from ohdio_api.audiobooks.thumbnails import UnreadablePicture, smaller


def picture(kind: str, width: int, height: int, mode: str = "RGB", **options: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, (width, height)).save(written, kind, **options)
    return written.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=["JPEG"])


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side: int) -> bytes:
    """Return a PNG of a few bytes that says it is enormous."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize(
    ("width", "height", "becomes"),
    [
        (1000, 500, (320, 160)),
        (500, 1000, (160, 320)),
        (700, 700, (320, 320)),
        (100, 80, (100, 80)),
        (2000, 1, (320, 1)),
    ],
)
def test_no_side_is_longer_and_the_shape_stays(kind: str, width: int, height: int, becomes: tuple[int, int]) -> None:
    assert opened(smaller(picture(kind, width, height), 320)).size == becomes


def test_what_is_transparent_becomes_white() -> None:
    assert opened(smaller(picture("PNG", 64, 64, "RGBA"), 96)).getpixel((9, 9)) == (255, 255, 255)


def test_a_picture_that_lies_on_its_side_is_put_upright() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6  # EXIF 2.3, 4.6.4 A: the first row is at the right
    assert opened(smaller(picture("JPEG", 400, 200, exif=turned), 96)).size == (48, 96)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!doctype html><title>Not here</title>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        picture("TIFF", 9, 9),
        picture("JPEG", 400, 400)[:500],
        bomb(30_000),
        bomb(2**31 - 1),
    ],
    ids=["nothing", "a web page", "SVG", "PostScript", "TIFF", "half a JPEG", "a bomb", "a bomb beyond any size"],
)
def test_nothing_else_is_opened(data: bytes) -> None:
    with pytest.raises(UnreadablePicture):
        smaller(data, 96)
