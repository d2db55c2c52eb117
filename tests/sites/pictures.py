"""Covers: small real pictures, a different one for every book, without an imaging library."""

from __future__ import annotations

import struct
import zlib
from fractions import Fraction

import av
from av.video.codeccontext import VideoCodecContext


def png(seed: int, side: int = 96) -> bytes:
    """A square RGB gradient as a PNG (ISO/IEC 15948: filter 0 in every row, one IDAT)."""
    red, green, blue = seed * 37 % 256, seed * 91 % 256, seed * 151 % 256
    rows = b"".join(
        b"\0" + bytes(value % 256 for x in range(side) for value in (red + x, green + y, blue + x + y))
        for y in range(side)
    )
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _png_chunk(b"IHDR", header)
        + _png_chunk(b"IDAT", zlib.compress(rows))
        + _png_chunk(b"IEND", b"")
    )


def jpeg(seed: int, side: int = 96) -> bytes:
    """A square gradient as a baseline JPEG."""
    frame = av.VideoFrame(side, side, "yuvj420p")
    for index, plane in enumerate(frame.planes):
        offset = seed * (37, 91, 151)[index]
        plane.update(
            bytes((offset + x + y) % 256 for y in range(plane.height) for x in range(plane.line_size)),
        )
    frame.pts = 0
    encoder = av.CodecContext.create("mjpeg", "w")
    if not isinstance(encoder, VideoCodecContext):
        raise TypeError("this build of FFmpeg has no JPEG encoder")
    encoder.width = encoder.height = side
    encoder.pix_fmt = "yuvj420p"
    encoder.time_base = Fraction(1, 1)
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
