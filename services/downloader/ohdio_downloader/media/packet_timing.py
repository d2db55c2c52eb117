"""How long each packet sounds, where containers say it only roughly."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import av
from av.audio.stream import AudioStream

from ohdio_downloader.media.adts import ADTS_HEADER, FRAME_SAMPLES, AacKind, AdtsHeaders

_ALIKE = frozenset({"aac", "alac"})  #: each packet has as many samples as the others


class PacketTiming:
    """How long each packet sounds.

    Containers round (MPEG-TS to 1/90,000 s, Matroska to whole milliseconds), so that thousands of packets would drift.

    - With ADTS headers, each frame is exactly 1,024 samples at the rate that its header names. That rate is the
      core's: with HE-AAC it is half of what the decoder gives, and the duration is right all the same.
    - Vorbis packets have one of two lengths, and sound where two overlap: decoding them counts their samples.
    """

    def __init__(self, stream: AudioStream) -> None:
        context = stream.codec_context
        # Nothing is known of a stream that is declared and has no packet.
        sample = Fraction(1, stream.sample_rate or 1)
        self.tick: Fraction = stream.time_base or sample  #: seconds
        self._stream = stream
        self.has_headers = context.name == "aac" and not context.extradata  #: each packet one of its own
        self.aac: AacKind | None = None  #: by the last header
        self._headers = AdtsHeaders()
        self._is_rounded = self.tick > sample and context.name in {"vorbis", *_ALIKE}
        self._samples = 0
        if self._is_rounded:
            self.tick = sample

    def duration(self, packet: av.Packet[AudioStream]) -> int | None:
        """Return the packet's length in ``tick``; None for what should have an ADTS header and has none.

        Such a header sets ``tick`` and ``aac``.
        """
        if self.has_headers:
            return self._by_header(packet)
        if self._is_rounded:
            return self._by_decoding(packet)
        return packet.duration or 0

    def _by_header(self, packet: av.Packet[AudioStream]) -> int | None:
        kind = self._headers.read(bytes(memoryview(packet)[:ADTS_HEADER]))
        if kind is None:
            return None
        if kind is not self.aac:
            self.aac, self.tick = kind, Fraction(1, kind.rate)
        return FRAME_SAMPLES

    def _by_decoding(self, packet: av.Packet[AudioStream]) -> int:
        context = self._stream.codec_context
        if context.name in _ALIKE and self._samples:
            return self._samples
        samples = 0
        with suppress(av.FFmpegError):  # what cannot be decoded does not sound
            samples = sum(frame.samples for frame in context.decode(packet))
        self._samples = samples
        return samples if samples or context.name == "vorbis" else FRAME_SAMPLES
