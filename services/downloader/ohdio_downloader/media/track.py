"""Writing one stream of sound from several that follow one another: packets are copied, time runs on evenly."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer

from ohdio_downloader.media.adts import AacKind, without_header
from ohdio_downloader.media.encoding import ChangedEncoding, Encoding
from ohdio_downloader.media.mux import mux
from ohdio_downloader.media.packet_timing import PacketTiming

#: Whose decoder must know the set-up of just this recording; of others it says nothing that matters for playing.
_WITH_SET_UP = frozenset({"alac", "vorbis"})

#: What a demuxer says of samples that players should skip. Of those at the end alone, as Matroska tells them, FFmpeg's
#: muxer of MP3 makes that players skip 93 ms at the beginning.
_SKIPPED: Final = "skip_samples"


class Track:
    """The sound of a file that is being written.

    Args:
        output: With nothing in it yet.
    """

    def __init__(self, output: OutputContainer) -> None:
        self._output = output
        self._copy: AudioStream | None = None
        self._encoding: AacKind | Encoding | None = None
        self._skips_end_alone = False  #: an MP3 in which players should skip something, and nothing at its beginning
        self._has_headers = False  #: of AAC frames; FFmpeg takes them off, and describes the file by the first one
        self._elapsed = Fraction(0)  #: seconds
        self.left_out = 0  #: packets

    def add(self, stream: AudioStream, packets: Iterable[av.Packet[AudioStream]]) -> Fraction:
        """Add packets of a stream behind what is there, and return how many seconds they sound.

        What is no whole frame of AAC, as where a segment is cut, has no sound; it is left out, and counted.

        Raises:
            ChangedEncoding: They are encoded in another way than those before.
            OSError: The disk refuses what is written.
        """
        source = _Source(stream)
        start = clock = 0
        for packet in packets:
            if (read := source.read(packet)) is None:
                self.left_out += 1
                continue
            encoding, duration = read
            if clock == 0:
                start = round(self._elapsed / source.tick)
            if self._copy is None:
                self._skips_end_alone = source.is_mp3 and not packet.has_sidedata(_SKIPPED)
            copy = self._copy or self._begin(stream, encoding, has_headers=source.has_headers)
            if encoding is not self._encoding and encoding != self._encoding and self._encoding is not None:
                raise ChangedEncoding(self._encoding.said, encoding.said)
            mine = self._in_form(packet, encoding, has_header=source.has_headers)
            mine.time_base = source.tick
            mine.pts = mine.dts = start + clock
            mine.duration = duration
            mine.stream = copy
            mux(self._output, mine)
            clock += duration
        seconds = clock * source.tick
        self._elapsed += seconds
        return seconds

    def end(self) -> None:
        """Do nothing: packets are written as they come."""

    def _begin(self, stream: AudioStream, encoding: AacKind | Encoding, *, has_headers: bool) -> AudioStream:
        # AAC is not copied "opaque": FFmpeg then looks at the first packet, and where that has an ADTS header takes
        # the headers off (aac_adtstoasc) and puts the AudioSpecificConfig that it makes of the first in the file's.
        is_aac = stream.codec_context.name == "aac"
        self._copy = self._output.add_stream_from_template(stream, opaque=not is_aac)
        self._encoding, self._has_headers = encoding, has_headers
        return self._copy

    def _in_form(
        self, packet: av.Packet[AudioStream], encoding: AacKind | Encoding, *, has_header: bool
    ) -> av.Packet[Any]:
        """Return the packet with or without the header of its own, as the first packet had it."""
        if isinstance(encoding, AacKind) and has_header != self._has_headers:
            data = bytes(packet)
            return _packet(without_header(data) if has_header else encoding.header(len(data)) + data)
        if self._skips_end_alone and packet.has_sidedata(_SKIPPED):
            return _packet(bytes(packet))
        return packet


def _packet(data: bytes) -> av.Packet[Any]:
    packet = av.Packet(data)
    packet.is_keyframe = True
    return packet


class _Source:
    """What the packets of one stream are, and how long each of them sounds."""

    def __init__(self, stream: AudioStream) -> None:
        context = stream.codec_context
        set_up = bytes(context.extradata or b"")
        codec = context.codec.canonical_name
        self.is_mp3 = codec == "mp3"
        is_named = codec in _WITH_SET_UP or codec == "aac"
        self._encoding: AacKind | Encoding = (AacKind.of_config(set_up) if codec == "aac" else None) or Encoding(
            codec.upper(), stream.sample_rate, stream.channels, set_up if is_named else b""
        )
        self._timing = PacketTiming(stream)

    @property
    def tick(self) -> Fraction:
        """Seconds."""
        return self._timing.tick

    @property
    def has_headers(self) -> bool:
        """Return whether each packet has one of its own."""
        return self._timing.has_headers

    def read(self, packet: av.Packet[AudioStream]) -> tuple[AacKind | Encoding, int] | None:
        """Return a packet's encoding and its length in ticks; None for what should have a header and has none."""
        duration = self._timing.duration(packet)
        return None if duration is None else (self._timing.aac or self._encoding, duration)
