"""Writing packets with FFmpeg."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer

#: A WAV of 4 GiB or more becomes an RF64 (EBU Tech 3306), whose numbers are long enough.
_OPTIONS = {"wav": {"rf64": "auto"}}


def open_output(path: Path, muxer: str) -> OutputContainer:
    """Return a file to write to, in a container as FFmpeg names it; use it as a context manager."""
    return av.open(str(path), "w", format=muxer, options=_OPTIONS.get(muxer, {}))


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
