"""Files whose own headers say a wrong size: the true one is written before anybody is misled."""

from __future__ import annotations

from pathlib import Path

from ohdio_downloader.media.media_size import correct_media_size
from ohdio_downloader.media.tag_sizes import correct_tag_sizes
from ohdio_downloader.media.wave_size import correct_wave_size

_BEGINNING = 12  # bytes


def correct_sizes(path: Path) -> None:
    """Write the true sizes into the header of an MP4 or a WAV, and into ID3v2 tags; any other file stays as it is."""
    with path.open("rb", buffering=0) as file:
        beginning = file.read(_BEGINNING)
    if beginning.startswith(b"ID3"):
        correct_tag_sizes(path)
    elif beginning[:4] == b"RIFF" and beginning[8:] == b"WAVE":
        correct_wave_size(path)
    elif beginning[4:8] == b"ftyp":
        correct_media_size(path)
