"""Writing packets with FFmpeg."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import av
from av.container import OutputContainer


@dataclass(frozen=True, slots=True)
class Muxer:
    """What writes one container."""

    name: str  #: FFmpeg's
    options: Mapping[str, str] = field(default_factory=dict)

    def open(self, target: Path | IO[bytes]) -> OutputContainer:
        """Return a file to write to; use it as a context manager."""
        file = str(target) if isinstance(target, Path) else target
        return av.open(file, "w", format=self.name, options=dict(self.options))


def mux(output: OutputContainer, packets: av.Packet[Any] | Sequence[av.Packet[Any]]) -> None:
    """Write packets; what the disk says then is not to be taken for what FFmpeg says of the file that is read.

    Raises:
        OSError: The disk refuses them; none of FFmpeg's.
        av.FFmpegError: Their container cannot hold them.
    """
    try:
        output.mux(packets)
    except av.FFmpegError as error:
        if not isinstance(error, OSError):
            raise
        raise OSError(error.errno, error.strerror) from error
