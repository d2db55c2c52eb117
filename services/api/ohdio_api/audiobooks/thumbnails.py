"""Covers in the sizes that pages show, each made once."""

from __future__ import annotations

import hashlib
import io
import threading
from enum import IntEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import structlog

from ohdio_core.errors import Postponed
from ohdio_core.library import Library, LibraryFile

if TYPE_CHECKING:
    from PIL.Image import Image

log = structlog.get_logger(__name__)

MEDIA_TYPE = "image/jpeg"

#: What is looked at: nothing else is opened, whatever its name says.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_MOST_BYTES = 50 * 1024 * 1024
_MOST_PIXELS = 50_000_000  # of the picture: some 200 MB while it is decoded
_QUALITY = 82
_WHITE = (255, 255, 255)


class CoverSize(IntEnum):
    """The longest side, in pixels."""

    SMALL = 96
    MEDIUM = 320
    LARGE = 640


class UnreadablePicture(Exception):
    """A cover is no picture, or a damaged or enormous one."""


class Thumbnails:
    """Smaller copies of covers, kept in the library's own hidden folder.

    Args:
        library: Where the books are.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self._one_at_a_time = threading.Lock()  # decoding takes memory

    def of(self, cover: LibraryFile, size: CoverSize) -> tuple[str, bytes]:
        """Return a name that changes with what it shows, and a JPEG of which no side is longer than ``size``.

        A picture that is smaller is not made larger. Where it cannot be kept, as on a full disk, it is made again.

        Raises:
            UnreadablePicture: The cover cannot be shown.
            Postponed: The library cannot be read.
        """
        name = _name(cover, size)
        if (kept := self.library.read_aside(name)) is not None:
            return name, kept
        with self._one_at_a_time:
            # Somebody else may have asked for the same meanwhile.
            if (kept := self.library.read_aside(name)) is not None:
                return name, kept
            made = smaller(self._bytes_of(cover), size)
        try:
            self.library.write_aside(name, made)
        except Postponed as error:
            log.warning("a small cover could not be kept", reason=str(error))
        return name, made

    def _bytes_of(self, cover: LibraryFile) -> bytes:
        if cover.size > _MOST_BYTES:
            raise UnreadablePicture(f"{cover.size} bytes")
        return b"".join(self.library.read(cover.name, 0, cover.size))


def smaller(picture: bytes, size: int) -> bytes:
    """Return a picture as a JPEG of which no side is longer than ``size``, upright, with white where it is transparent.

    Raises:
        UnreadablePicture: It is no picture, a damaged or an enormous one.
    """
    # Imported with the first cover: few starts show one.
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(picture), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise UnreadablePicture(f"{opened.width} x {opened.height} pixels")
            opened.draft("RGB", (size, size))  # a JPEG is decoded at a fraction of its size at once
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((size, size), Image.Resampling.LANCZOS)
            return _jpeg(upright)
    except UnreadablePicture:
        raise
    except Exception as error:  # decoders raise whatever a damaged file brings about
        raise UnreadablePicture(str(error)) from error


def _jpeg(picture: Image) -> bytes:
    from PIL import Image

    if picture.has_transparency_data:
        laid = Image.new("RGB", picture.size, _WHITE)
        above = picture.convert("RGBA")
        laid.paste(above, mask=above)
        picture = laid
    written = io.BytesIO()
    picture.convert("RGB").save(written, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return written.getvalue()


def _name(cover: LibraryFile, size: CoverSize) -> str:
    seen = f"{PurePosixPath(cover.name)} {cover.modified_ns} {cover.size}"
    return f"{hashlib.sha256(seen.encode()).hexdigest()[:32]}-{size.value}.jpg"
