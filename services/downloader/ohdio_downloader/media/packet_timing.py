"""How long each packet sounds, where containers say it only roughly."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import av
from av.audio.stream import AudioStream

from ohdio_downloader.media.adts import FRAME_SAMPLES, AacKind, AdtsHeaders
from ohdio_downloader.media.encoding import ChangedEncoding
from ohdio_downloader.media.probe import DamagedAudio

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
        self.tick: Fraction = stream.time_base or Fraction(1, stream.sample_rate)
        self._stream = stream
        self._is_adts = context.name == "aac" and not context.extradata
        self._headers = AdtsHeaders()
        self._kind: AacKind | None = None
        self._is_rounded = self.tick > Fraction(1, stream.sample_rate) and context.name in {"vorbis", *_ALIKE}
        self._samples = 0
        if self._is_rounded:
            self.tick = Fraction(1, stream.sample_rate)

    def duration(self, packet: av.Packet[AudioStream]) -> int:
        """Return the packet's length in ``tick``; the first ADTS header sets ``tick``.

        Raises:
            ChangedEncoding: It is encoded in another way than the one before.
            DamagedAudio: It has no readable header.
        """
        if self._is_adts:
            return self._by_adts_header(bytes(memoryview(packet)[:7]))
        if self._is_rounded:
            return self._by_decoding(packet)
        return packet.duration or 0

    def _by_adts_header(self, header: bytes) -> int:
        kind = self._headers.read(header)
        if kind is None:
            raise DamagedAudio("The file that was fetched has AAC audio without a readable header.")
        if self._kind is None:
            self.tick = Fraction(1, kind.rate)
            self._kind = kind
        elif kind != self._kind:
            raise ChangedEncoding(self._kind, kind)
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
