"""What AAC says of itself: before each frame (ADTS) or once for a file (AudioSpecificConfig), ISO/IEC 14496-3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from ohdio_core.sentences import Sentence, sentence
from ohdio_downloader.media.encoding import channels_said, encoding_said

FRAME_SAMPLES = 1024
ADTS_HEADER = 7  #: bytes

#: Sampling rates by their index (table 1.18).
_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_EXTENDED = frozenset({5, 29})  #: object types of High-Efficiency AAC, which name the core's after it (section 1.6.2.1)
_ESCAPED, _USAC = 31, 42  #: object types: a number above 31 follows; xHE-AAC
_MOST_CONFIGURATIONS = 8  #: of channels
#: Configurations of channels (table 1.19) whose number is not how many they are.
_LAYOUTS: dict[int, Sentence | str] = {0: sentence("sound.own_channels", "channels of its own"), 6: "5.1", 7: "7.1"}


@dataclass(frozen=True, slots=True)
class AacKind:
    """What must be the same for all frames of a file; with High-Efficiency AAC it is the core's."""

    object_type: int  #: table 1.17
    rate_index: int
    channels: int  #: configuration by table 1.19

    @classmethod
    def of_frame(cls, frame: bytes) -> Self | None:
        """Read the header of a frame (section 1.A.3.2); None where there is none, or several frames behind one."""
        if not is_adts(frame) or frame[6] & 0x03:
            return None
        return cls._valid((frame[2] >> 6) + 1, frame[2] >> 2 & 0x0F, (frame[2] & 0x01) << 2 | frame[3] >> 6)

    @classmethod
    def of_config(cls, config: bytes) -> Self | None:
        """Read an AudioSpecificConfig (section 1.6.2.1); None where it is of a rare form."""
        bits = int.from_bytes(config[:4].ljust(4, b"\0"), "big")
        object_type, rate_index, channels = bits >> 27, bits >> 23 & 0x0F, bits >> 19 & 0x0F
        if object_type in _EXTENDED:
            object_type = bits >> 10 & 0x1F
        return cls._valid(object_type, rate_index, channels)

    @classmethod
    def _valid(cls, object_type: int, rate_index: int, channels: int) -> Self | None:
        is_known = 1 <= object_type <= 4 and rate_index < len(_RATES) and channels < _MOST_CONFIGURATIONS
        return cls(object_type, rate_index, channels) if is_known else None

    @property
    def rate(self) -> int:
        """Samples a second."""
        return _RATES[self.rate_index]

    def header(self, size: int) -> bytes:
        """Return the header of a frame whose own data have ``size`` bytes."""
        length = size + ADTS_HEADER
        return bytes(
            (
                0xFF,
                0xF1,
                (self.object_type - 1) << 6 | self.rate_index << 2 | self.channels >> 2,
                (self.channels & 0x03) << 6 | length >> 11,
                length >> 3 & 0xFF,
                (length & 0x07) << 5 | 0x1F,
                0xFC,
            )
        )

    @property
    def said(self) -> Sentence:
        """Return a clause that tells it from others."""
        return encoding_said("AAC", self.rate, _LAYOUTS.get(self.channels) or channels_said(self.channels))


def is_usac(config: bytes) -> bool:
    """Return whether an AudioSpecificConfig is of xHE-AAC ("USAC", ISO/IEC 23003-3): object type 42 of table 1.17."""
    bits = int.from_bytes(config[:2].ljust(2, b"\0"), "big")
    return bits >> 11 == _ESCAPED and 32 + (bits >> 5 & 0x3F) == _USAC


class AdtsHeaders:
    """Reads the headers of frames one after the other; most are like the one before."""

    def __init__(self) -> None:
        self._known: tuple[bytes, int] | None = None
        self._kind: AacKind | None = None

    def read(self, frame: bytes) -> AacKind | None:
        """Return what the first 7 bytes of a frame say; None as ``AacKind.of_frame`` does."""
        if len(frame) < ADTS_HEADER or frame[6] & 0x03:
            return None
        known = frame[:3], frame[3] & 0xC0
        if known != self._known:
            self._known, self._kind = known, AacKind.of_frame(frame)
        return self._kind


def is_adts(frame: bytes, *, is_cut: bool = False) -> bool:
    """Return whether a frame begins with an ADTS header.

    Args:
        frame: At least the 7 bytes of the header.
        is_cut: It may have less, or nothing at all.
    """
    if is_cut and len(frame) < ADTS_HEADER:
        return frame[:1] in {b"", b"\xff"}
    return len(frame) >= ADTS_HEADER and frame[0] == 0xFF and frame[1] & 0xF6 == 0xF0


def frame_size(header: bytes) -> int:
    """Return the bytes of a frame, with its header (section 1.A.2.2.1)."""
    return (header[3] & 0x03) << 11 | header[4] << 3 | header[5] >> 5


def without_header(frame: bytes) -> bytes:
    """Return what follows the header of a frame, and its checksum if it has one."""
    return frame[ADTS_HEADER if frame[1] & 0x01 else 9 :]
