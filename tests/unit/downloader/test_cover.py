# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

import base64
import io
import os
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
import pytest
from mutagen import File
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4

from ohdio_core.domain.audiobook import BookDetails
from ohdio_downloader.media.cover import Cover, UnreadableCover, read_cover
from ohdio_downloader.media.taggers.details import PartTags
from tests.sites.audio import AudioFactory
from tests.sites.pictures import jpeg, png
from tests.unit.downloader.sound import encoded
from tests.unit.downloader.tagging import tag

RED, GREEN = (254, 0, 0), (0, 255, 1)


def picture(
    codec: str, container: str, pixels: str, *, width: int = 120, height: int = 80, fill: bytes | None = None
) -> bytes:
    """A picture whose left half is red and whose right half is green, or of these bytes."""
    frame = av.VideoFrame(width, height, "rgba")
    left = width // 2
    row = bytes((255, 0, 0, 255)) * left + bytes((0, 255, 0, 255)) * (width - left)
    plane = frame.planes[0]
    rows = (row if fill is None else fill * width for _ in range(height))
    plane.update(b"".join(each.ljust(plane.line_size, b"\0") for each in rows))
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as output:
        stream = output.add_stream(codec, rate=1)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        stream.time_base = Fraction(1)
        for packet in (*stream.encode(frame.reformat(format=pixels)), *stream.encode(None)):
            output.mux(packet)
    return buffer.getvalue()


def avif() -> bytes:
    """An AVIF picture, encoded in a thread of its own: as root this encoder gives its thread the right of way."""
    with ThreadPoolExecutor(1) as encoding:
        return encoding.submit(picture, "libsvtav1", "avif", "yuv420p").result()


PICTURES = {
    "PNG": lambda: picture("png", "image2pipe", "rgb24"),
    "PNG with transparency": lambda: picture("png", "image2pipe", "rgba"),
    "WebP": lambda: picture("libwebp", "webp", "bgra"),
    "AVIF": avif,
    "GIF": lambda: picture("gif", "gif", "bgr8"),
    "BMP": lambda: picture("bmp", "image2pipe", "bgr24"),
    "TIFF": lambda: picture("tiff", "image2pipe", "rgb24"),
}


def seen(cover: Cover, *places: tuple[int, int]) -> list[tuple[int, ...]]:
    """What is at these places, as red, green and blue."""
    with av.open(io.BytesIO(cover.data), "r") as container:
        frame = next(container.decode(video=0)).reformat(format="rgb24")
    plane = frame.planes[0]
    data = bytes(plane)
    return [tuple(data[y * plane.line_size + 3 * x :][:3]) for x, y in places]


class TestReadCover:
    @pytest.mark.parametrize("kind", PICTURES)
    def test_whatever_a_site_serves_becomes_a_jpeg(self, kind: str) -> None:
        cover = read_cover(PICTURES[kind]())
        assert cover.data.startswith(b"\xff\xd8\xff")
        assert (cover.mime, cover.suffix) == ("image/jpeg", ".jpg")
        left, right = seen(cover, (10, 40), (110, 40))
        assert left == pytest.approx(RED, abs=40)
        assert right == pytest.approx(GREEN, abs=40)

    def test_a_jpeg_stays_as_it_is(self) -> None:
        assert read_cover(jpeg(1)).data == jpeg(1)

    def test_what_is_transparent_becomes_white(self) -> None:
        cover = read_cover(picture("png", "image2pipe", "rgba", fill=bytes((200, 0, 0, 0))))
        assert seen(cover, (60, 40)) == [(255, 255, 255)]

    def test_the_colours_of_a_jpeg_for_print_are_those_of_a_screen(self) -> None:
        """Four inks, inverted as Adobe writes them: 255 is no ink."""
        cover = read_cover(printed(cyan=255, magenta=0, yellow=0, black=255))
        assert seen(cover, (4, 4))[0] == pytest.approx((255, 0, 0), abs=12)

    def test_a_picture_of_megabytes_becomes_small_enough_for_every_part(self) -> None:
        noise = os.urandom(4 * 2400)
        large = picture("png", "image2pipe", "rgba", width=2400, height=1800, fill=noise[:4])
        cover = read_cover(large)
        with av.open(io.BytesIO(cover.data)) as container:
            assert (container.streams.video[0].width, container.streams.video[0].height) == (2000, 1500)

    @pytest.mark.parametrize(
        "data",
        [b"", b"<html>not found</html>", b"GIF89a", b"RIFF1234WAVE", png(1)[:40], b"\xff\xd8\xff\xe0nothing more"],
    )
    def test_anything_else_is_told(self, data: bytes) -> None:
        with pytest.raises(UnreadableCover, match=r"^The cover was left out: .*picture") as caught:
            read_cover(data)
        assert "Errno" not in str(caught.value)

    def test_sound_is_no_picture(self, audio: AudioFactory) -> None:
        for data in (audio.mp3("cover", 1), audio.mp4("cover", 1)):
            with pytest.raises(UnreadableCover):
                read_cover(data)

    def test_a_picture_of_endless_size_is_not_decoded(self) -> None:
        header = bytearray(png(1))
        header[16:24] = (60_000).to_bytes(4, "big") * 2
        with pytest.raises(UnreadableCover):
            read_cover(bytes(header))


@pytest.mark.parametrize("suffix", [".mp3", ".m4a", ".flac", ".opus", ".ogg"])
def test_a_cover_that_was_webp_is_in_every_container(tmp_path: Path, audio: AudioFactory, suffix: str) -> None:
    mp3 = audio.mp3("cover", 1)
    kinds = {".flac": ("flac", "flac"), ".opus": ("libopus", "ogg"), ".ogg": ("vorbis", "ogg")}
    path = tmp_path / f"part{suffix}"
    if suffix in kinds:
        path.write_bytes(encoded(mp3, *kinds[suffix]))
    else:
        path.write_bytes(mp3 if suffix == ".mp3" else audio.mp4("cover", 1))
    cover = read_cover(PICTURES["WebP"]())
    tag(path, BookDetails("Le quai"), PartTags(1, 1), cover)
    assert picture_in(path) == cover.data


def picture_in(path: Path) -> bytes:
    match path.suffix:
        case ".mp3":
            return bytes(ID3(path)["APIC:"].data)
        case ".m4a":
            return bytes(MP4(path)["covr"][0])
        case ".flac":
            return bytes(FLAC(path).pictures[0].data)
        case _:
            return bytes(Picture(base64.b64decode(File(path)["metadata_block_picture"][0])).data)


def printed(*, cyan: int, magenta: int, yellow: int, black: int) -> bytes:
    """A JPEG of four components in one colour (ITU T.81, annex B; Adobe's APP14 marker says that they are inks).

    Every block has a DC coefficient alone, coded with a table of one category for a difference and one for none.
    """
    levels = [max(-1023, (value - 128) * 8) for value in (cyan, magenta, yellow, black)]
    bits = "".join(_difference(level) + _END_OF_BLOCK for level in levels)
    bits += "1" * (-len(bits) % 8)
    scan = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    components = range(1, 5)
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xEE, b"Adobe" + bytes((0, 100, 0, 0, 0, 0, 0))),
            _segment(0xDB, b"\0" + bytes([1]) * 64),
            _segment(0xC0, bytes((8, 0, 8, 0, 8, 4)) + b"".join(bytes((each, 0x11, 0)) for each in components)),
            _segment(0xC4, bytes((0x00, 0, 2, *[0] * 14, 0, 10)) + bytes((0x10, 1, *[0] * 15, 0))),
            _segment(0xDA, bytes((4,)) + b"".join(bytes((each, 0)) for each in components) + bytes((0, 63, 0))),
            scan,
            b"\xff\xd9",
        )
    )


_END_OF_BLOCK = "0"


def _difference(level: int) -> str:
    """A DC coefficient: category 0 is coded as 00, category 10 as 01 before its ten bits."""
    if level == 0:
        return "00"
    return "01" + format(level if level > 0 else level + 1023, "010b")


def _segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2, "big") + data
