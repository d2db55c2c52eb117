"""Writing packets with FFmpeg."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import av
from av.container import OutputContainer


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
