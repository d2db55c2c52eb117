"""Cover pictures: worth having, never worth failing for. Whatever a site serves becomes a JPEG: all players show it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.filter import Graph
from av.stream import Disposition
from av.video.frame import VideoFrame

from ohdio_core.domain.formats import JPEG
from ohdio_core.sentences import Sentence, sentence

#: Of what is fetched: scans for print have as many. What is filed is smaller.
MAX_BYTES = 50 * 1024 * 1024

#: A JPEG of at most this size is kept as it came; every part of a book carries a copy.
_LARGEST_KEPT = 4 * 1024 * 1024
_LONGEST_SIDE = 2000  # of one that is encoded anew
_MOST_PIXELS = 100_000_000  # some 400 MB while it is decoded
_QUALITY = "3"  # of FFmpeg's JPEG, from 2 (best) to 31

_JPEG = b"\xff\xd8\xff"
_PICTURES = frozenset(
    {"jpeg_pipe", "png_pipe", "webp_pipe", "gif", "bmp_pipe", "tiff_pipe", "jpegxl_pipe", "j2k_pipe", "avif"}
)
_MP4 = "mov"  # AVIF is a picture in an MP4
_YUV = ("yuv", "gray")


@dataclass(frozen=True, slots=True)
class Cover:
    """A JPEG."""

    data: bytes
    mime: str = JPEG.media_type
    suffix: str = JPEG.suffix


class UnreadableCover(ValueError):
    """What the site serves as a cover cannot be shown."""

    def __init__(self, said: Sentence) -> None:
        self.sentence = said
        super().__init__(said.text)


def picture_in(path: Path) -> bytes | None:
    """Return the picture that a sound file has in it, the first of several; None without one, or where none is read."""
    try:
        with av.open(str(path), "r", metadata_errors="replace") as container:
            pictures = [each for each in container.streams.video if each.disposition & Disposition.attached_pic]
            packet = next(container.demux(pictures[0]), None) if pictures else None
            return bytes(packet) if packet is not None and packet.size else None
    except (av.FFmpegError, UnicodeDecodeError):
        return None


def read_cover(data: bytes) -> Cover:
    """Return a picture (JPEG, PNG, WebP, AVIF, GIF, BMP, TIFF, JPEG 2000) as a JPEG; what is transparent becomes white.

    Raises:
        UnreadableCover: It is none of these, damaged or too large.
    """
    try:
        with av.open(io.BytesIO(data), "r", options={"max_pixels": str(_MOST_PIXELS)}) as container:
            frame = _first_frame(container)
            is_kept = data.startswith(_JPEG) and len(data) <= _LARGEST_KEPT and frame.format.name.startswith(_YUV)
            return Cover(data if is_kept else _encode(_on_white(frame)))
    except (av.FFmpegError, StopIteration, IndexError, ValueError) as error:
        if isinstance(error, UnreadableCover):
            raise
        raise UnreadableCover(
            sentence(
                "cover.damaged",
                "The cover was left out: what its address leads to is no picture, or a damaged or very large one.",
            )
        ) from error


def _first_frame(container: InputContainer) -> VideoFrame:
    if not (container.format.name in _PICTURES or container.format.name.startswith(_MP4)):
        raise UnreadableCover(
            sentence(
                "cover.unknown",
                "The cover was left out: what its address leads to is no picture that is known here.",
            )
        )
    return next(container.decode(container.streams.video[0]))


def _on_white(frame: VideoFrame) -> VideoFrame:
    """Return the picture without transparency, at most ``_LONGEST_SIDE`` wide and high."""
    scale = min(1.0, _LONGEST_SIDE / max(frame.width, frame.height))
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    graph = Graph()
    picture = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    smaller = graph.add("scale", f"{width}:{height}:flags=bicubic")
    paper = graph.add("color", f"color=white:size={width}x{height}:rate=1:duration=1")
    laid = graph.add("overlay", "format=rgb")
    out = graph.add("buffersink")
    picture.link_to(smaller)
    paper.link_to(laid, 0, 0)
    smaller.link_to(laid, 0, 1)
    laid.link_to(out)
    graph.configure()
    graph.push(frame)
    picture_on_paper = graph.pull()
    if not isinstance(picture_on_paper, VideoFrame):
        raise TypeError("a graph of pictures has made sound")
    return picture_on_paper


def _encode(frame: VideoFrame) -> bytes:
    """Return a picture as a JPEG with full colours."""
    encoder = av.VideoCodecContext.create("mjpeg", "w")
    encoder.width, encoder.height = frame.width, frame.height
    encoder.pix_fmt = "yuvj444p"
    encoder.time_base = Fraction(1)
    encoder.options = {"qmin": _QUALITY, "qmax": _QUALITY}
    ready = frame.reformat(format="yuvj444p")
    return b"".join(bytes(packet) for packet in (*encoder.encode(ready), *encoder.encode(None)))
