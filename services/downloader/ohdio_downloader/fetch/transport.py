"""The tables of an MPEG transport stream that name its sound (ISO/IEC 13818-1, sections 2.4.3 and 2.4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

PACKET = 188  #: bytes
SYNC = b"\x47"

_PAT_PID = 0
_PMT_TABLE = 2
#: Stream types of sound, and of private data, which may be sound.
_AUDIO_TYPES = frozenset({0x03, 0x04, 0x06, 0x0F, 0x11, 0x1C, 0x81, 0x87})
#: The same for SAMPLE-AES ("MPEG-2 Stream Encryption Format for HTTP Live Streaming", Apple).
_ENCRYPTED_TYPES = frozenset({0xC1, 0xC2, 0xCF})


@dataclass(frozen=True, slots=True)
class Program:
    """Where a program has its sound."""

    table: int  #: PID of its table
    number: int
    streams: tuple[tuple[int, int], ...]  #: (PID, stream type) of all that may be sound

    @property
    def is_encrypted(self) -> bool:
        """Return whether some of it is said to be encrypted."""
        return any(kind in _ENCRYPTED_TYPES for _, kind in self.streams)


def first_program(head: bytes) -> Program | None:
    """Return the program whose table comes first; None where there is no table.

    Args:
        head: The first packets of a segment.
    """
    programs: set[int] = set()
    for pid, section in _sections(head):
        if pid == _PAT_PID:
            programs.update(_programs(section))
        elif pid in programs and section[:1] == bytes([_PMT_TABLE]):
            return Program(pid, int.from_bytes(section[3:5], "big"), tuple(_elementary(section)))
    return None


def _sections(head: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (PID, section) of what begins a section; a section that is longer than its packet is cut there."""
    for position in range(0, len(head) - PACKET + 1, PACKET):
        packet = head[position : position + PACKET]
        begins, has_payload = packet[1] & 0x40, packet[3] & 0x10
        if packet[:1] != SYNC or not begins or not has_payload:
            continue
        payload = packet[4:] if not packet[3] & 0x20 else packet[5 + packet[4] :]
        if payload[:3] != b"\0\0\1" and len(payload) > 1 + payload[0] + 3:
            section = payload[1 + payload[0] :]
            length = (section[1] & 0x0F) << 8 | section[2]
            yield (packet[1] & 0x1F) << 8 | packet[2], section[: 3 + length - 4]  # without its checksum


def _programs(section: bytes) -> Iterator[int]:
    for position in range(8, len(section) - 3, 4):
        if section[position : position + 2] != b"\0\0":  # the network's own table
            yield (section[position + 2] & 0x1F) << 8 | section[position + 3]


def _elementary(section: bytes) -> Iterator[tuple[int, int]]:
    if len(section) < 12:
        return
    position = 12 + ((section[10] & 0x0F) << 8 | section[11])
    while position + 5 <= len(section):
        kind = section[position]
        if kind in _AUDIO_TYPES or kind in _ENCRYPTED_TYPES:
            yield (section[position + 1] & 0x1F) << 8 | section[position + 2], kind
        position += 5 + ((section[position + 3] & 0x0F) << 8 | section[position + 4])
