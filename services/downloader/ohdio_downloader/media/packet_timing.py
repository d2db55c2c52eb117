"""How long each packet sounds, where containers say it only roughly."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import av
from av.audio.stream import AudioStream

from ohdio_core.errors import PermanentError
from ohdio_downloader.media.probe import DamagedAudio

#: Sampling rates by their index in an ADTS header (ISO/IEC 14496-3, table 1.18).
_ADTS_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_AAC_FRAME_SAMPLES = 1024

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
        self._header: bytes | None = None
        self._is_rounded = self.tick > Fraction(1, stream.sample_rate) and context.name in {"vorbis", *_ALIKE}
        self._samples = 0
        if self._is_rounded:
            self.tick = Fraction(1, stream.sample_rate)

    def duration(self, packet: av.Packet[AudioStream]) -> int:
        """Return the packet's length in ``tick``; the first ADTS header sets ``tick``.

        Raises:
            PermanentError: The audio changes its encoding.
            DamagedAudio: It has no readable header.
        """
        if self._is_adts:
            return self._by_adts_header(bytes(memoryview(packet)[1:3]))
        if self._is_rounded:
            return self._by_decoding(packet)
        return packet.duration or 0

    def _by_adts_header(self, header: bytes) -> int:
        if self._header is None:
            self.tick = Fraction(1, _adts_rate(header))
            self._header = header
        elif self._header != header:
            raise PermanentError("The audio changes its encoding midway, which is not supported.")
        return _AAC_FRAME_SAMPLES

    def _by_decoding(self, packet: av.Packet[AudioStream]) -> int:
        context = self._stream.codec_context
        if context.name in _ALIKE and self._samples:
            return self._samples
        samples = 0
        with suppress(av.FFmpegError):  # what cannot be decoded does not sound
            samples = sum(frame.samples for frame in context.decode(packet))
        self._samples = samples
        return samples if samples or context.name == "vorbis" else _AAC_FRAME_SAMPLES


def _adts_rate(header: bytes) -> int:
    """Return the sampling rate, from the second and third byte of an ADTS header."""
    index = (header[1] >> 2) & 0x0F
    if header[0] & 0xF6 != 0xF0 or index >= len(_ADTS_RATES):
        raise DamagedAudio("The file that was fetched has AAC audio without a readable header.")
    return _ADTS_RATES[index]
