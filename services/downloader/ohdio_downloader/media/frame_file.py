"""Writing frames of AAC into an MP4 by tables of our own, whose memory is some bytes a frame."""

from __future__ import annotations

import struct
import sys
from array import array
from io import BytesIO
from itertools import islice
from typing import BinaryIO, Self

from av.audio.stream import AudioStream
from av.container import InputContainer

from ohdio_core.mp4.reading import HeardStretch, SampleTables, read_track
from ohdio_core.mp4.writing import SENT, begin_data, index_pieces, with_bit_rate
from ohdio_downloader.media.adts import ADTS_HEADER, AacKind
from ohdio_downloader.media.formats import M4A
from ohdio_downloader.media.track import Track

#: How FFmpeg is told to hand out what a transport stream has in one packet, be it one frame or many.
UNPARSED = {"fflags": "noparse+nofillin"}

_DESCRIBED_BY = 16  #: frames of which FFmpeg makes a file that describes them
_CHUNK = 32  #: frames, about a second
_HEADER = struct.Struct(">IHB")  #: of a frame: its kind, then its size
_SAME = 0xFFFFFFC0  #: what of the first number is the same in all frames of a kind, to the count of channels


class IrregularFrames(Exception):
    """They are not of one kind, one behind the other: FFmpeg must find its way."""


class FrameFile:
    """An MP4 of frames of one kind, that is being written.

    Args:
        target: With nothing in it yet.
        model: The tables of a file of the first ones.
        first: The first one, with its header.
    """

    def __init__(self, target: BinaryIO, model: SampleTables, first: bytes) -> None:
        kind = AacKind.of_frame(first)
        times = struct.unpack(f">{len(model.times) // 4}I", model.times)
        # Without channels in the header, they are described in the frame itself; a checksum makes the header longer.
        if kind is None or not kind.channels or not first[1] & 1 or len(times) != 2:
            raise IrregularFrames
        self.rate = kind.rate
        self._target = target
        self._model = model
        self._ticks = times[1]  #: of each
        self._kind = _HEADER.unpack_from(first)[0] & _SAME
        self._sizes = array("I")
        self._written = 0
        self._rest = b""
        target.write(SENT + begin_data(0))

    @classmethod
    def like(cls, target: BinaryIO, container: InputContainer, stream: AudioStream) -> Self:
        """Return one for frames as these, which are only read.

        Raises:
            IrregularFrames: They cannot be written so.
        """
        packets = [packet for packet in islice(container.demux(stream), _DESCRIBED_BY) if packet.size]
        buffer = BytesIO()
        first = bytes(packets[0]) if packets else b""
        with M4A.muxer.open(buffer) as output:
            Track(output).add(stream, packets)
        data = buffer.getvalue()
        model = read_track(lambda at, length: data[at : at + length], len(data))
        if model is None:
            raise IrregularFrames
        return cls(target, model, first)

    @property
    def count(self) -> int:
        """Return how many frames there are."""
        return len(self._sizes)

    def add(self, data: bytes) -> int:
        """Add what follows, whole frames or not, and return how many are whole now.

        Raises:
            IrregularFrames: There is something else, or a frame of another kind.
        """
        data = self._rest + data if self._rest else data
        at, end, kind, header, sizes = 0, len(data), self._kind, _HEADER.unpack_from, self._sizes
        frames = []
        while end - at >= ADTS_HEADER:
            begins, middle, ends = header(data, at)
            size = (begins & 0x03) << 11 | middle >> 5
            if begins & _SAME != kind or ends & 0x03 or size <= ADTS_HEADER:
                raise IrregularFrames
            if at + size > end:
                break
            frames.append(data[at + ADTS_HEADER : at + size])
            sizes.append(size - ADTS_HEADER)
            at += size
        self._rest = data[at:]
        self._written += self._target.write(b"".join(frames))
        return len(frames)

    def end_piece(self) -> None:
        """Make sure that nothing is left of a frame.

        Raises:
            IrregularFrames: It was cut.
        """
        if self._rest:
            raise IrregularFrames

    def end(self) -> None:
        """Write the tables, behind the sound, where tags can grow without moving it."""
        ticks = self.count * self._ticks
        offsets = array("Q", [0])
        for first in range(0, self.count - _CHUNK, _CHUNK):
            offsets.append(offsets[-1] + sum(self._sizes[first : first + _CHUNK]))
        if sys.byteorder == "little":
            self._sizes.byteswap()
        last = (self.count - 1) % _CHUNK + 1
        track = self._model._replace(
            entry=with_bit_rate(self._model.entry, self._written * 8 * self._model.timescale // ticks),
            ticks=ticks,
            times=struct.pack(">II", self.count, self._ticks),
            sizes=self._sizes.tobytes(),
            chunks=[(1, _CHUNK), (len(offsets), last)] if len(offsets) > 1 else [(1, last)],
            offsets=offsets,
            start=len(SENT) + len(begin_data(0)),
            size=self._written,
            heard=HeardStretch(0, ticks),
        )
        self._target.writelines(index_pieces([track], [track.start]))
        self._target.seek(len(SENT))
        self._target.write(begin_data(self._written))


def is_of_frames(stream: AudioStream) -> bool:
    """Return whether a stream is AAC of which each frame has a header of its own."""
    return stream.codec_context.name == "aac" and not stream.codec_context.extradata
