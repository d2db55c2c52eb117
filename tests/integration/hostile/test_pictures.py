"""Covers that are something else than a picture of a usual size: they run nothing, take no memory, and lead nowhere."""

from __future__ import annotations

import io
import os
import struct
import zlib

import pytest
from PIL import Image

from tests.fixtures.api import Api
from tests.integration.api.filed_books import SOUND
from tests.sites.pictures import jpeg


def _png(width: int, height: int, data: bytes = b"") -> bytes:
    """Return a PNG that says it is so large (RFC 2083)."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


COVERS = {
    "a web page": b"<!doctype html><script>alert(1)</script>",
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>",
    "SVG that is compressed": zlib.compress(b"<svg xmlns='http://www.w3.org/2000/svg'/>", wbits=31),
    "a page that begins as a picture": b"GIF89a/*<html><script>alert(1)</script>",
    "half a picture": jpeg(3)[:300],
    "sixteen million columns": _png(2**24, 2**24),
    "a gigabyte of zeros": _png(32_000, 32_000, zlib.compress(bytes(10**6))),
    "no columns": _png(0, 0),
    "nothing": b"",
    "a program": b"\x7fELF" + bytes(200),
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n",
}


def _book(api: Api, cover: bytes | None) -> int:
    (item,) = api.engine.titled("Sailing")
    return api.file_book(item, {"01 - One.mp3": SOUND}, cover)


@pytest.mark.parametrize("cover", COVERS.values(), ids=COVERS)
def test_are_shown_as_nothing(api: Api, cover: bytes) -> None:
    book = _book(api, cover)
    small = api.outside.get(f"/covers/{book}?size=320")
    assert small.headers["content-type"] == "image/svg+xml"
    assert b"script" not in small.content
    assert len(small.content) < 100
    assert api.http.get(f"/audiobooks/{book}/cover?size=96").status_code == 404
    whole = api.http.get(f"/audiobooks/{book}/cover")
    assert whole.headers["content-type"] == "image/jpeg"
    assert whole.headers["x-content-type-options"] == "nosniff"


def test_that_are_a_gigabyte_are_not_read(api: Api) -> None:
    book = _book(api, jpeg(3))
    (file,) = api.library_dir.rglob("cover.jpg")
    os.truncate(file, 2**30)
    assert api.outside.get(f"/covers/{book}").headers["content-type"] == "image/svg+xml"


def test_that_lead_out_of_the_library_are_not_followed(api: Api) -> None:
    book = _book(api, jpeg(3))
    (file,) = api.library_dir.rglob("cover.jpg")
    file.unlink()
    file.symlink_to("/etc/passwd")
    assert b"root:" not in api.http.get(f"/audiobooks/{book}/cover").content
    assert b"root:" not in api.outside.get(f"/covers/{book}").content


def test_that_have_markup_in_them_are_made_anew(api: Api) -> None:
    book = _book(api, jpeg(3, 700) + b"<script>alert(1)</script>")
    small = api.outside.get(f"/covers/{book}").content
    assert b"script" not in small
    assert Image.open(io.BytesIO(small), formats=["JPEG"]).size == (320, 320)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:image/svg+xml,<svg/>", "file:///etc/passwd", "//evil.example/x", " http:"]
)
def test_whose_address_is_none_of_a_picture_are_not_there(api: Api, address: str) -> None:
    (item,) = api.engine.titled("Sailing")
    book = api.book_of(item)
    api.engine.execute("UPDATE audiobooks SET url = :address, cover_url = :address", address=address)
    assert api.http.get(f"/audiobooks/{book}/cover").status_code == 404
    page = api.outside.get(f"/books/{book}", headers={"Accept": "text/html"}).text
    assert f'href="{address[:6]}' not in page
