"""Telling sound that is encrypted in an MP4; nothing here ever removes protection."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_downloader.media.boxes import Box, boxes_within
from ohdio_downloader.media.readable import Readable

#: Where the descriptions of a track's samples are, from the outermost box.
_PATH = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_BEFORE_ENTRIES = 8  #: bytes of a "stsd" box between its header and its entries
#: Common encryption (ISO/IEC 14496-12, section 8.12), FairPlay, and what Audible has.
_ENCRYPTED = frozenset({b"enca", b"drms", b"aavd"})


class Protected(PermanentError):
    """The sound is encrypted, and its protection is not removed.

    Args:
        site: Where it is; None for a file that is here.
        how: What people call the protection.
    """

    def __init__(self, site: str | None = None, how: str = "DRM") -> None:
        self.site = site
        self.how = how
        whose = (
            sentence("sound.of_file", "The audio")
            if site is None
            else sentence("sound.of_site", "The audio from {site}", site=site)
        )
        super().__init__(
            sentence(
                "sound.protected",
                "{sound} is protected ({how}): protection is never removed here.",
                sound=whose,
                how=how,
            )
        )


def refuse_protected(path: Path) -> None:
    """Refuse a file whose sound is encrypted; any other passes, whatever it is.

    Raises:
        Protected: It is such a file; it is gone, so that another one is fetched when a person asks for it again.
    """
    try:
        with path.open("rb") as file:
            refuse_protected_file(file, path.stat().st_size, None)
    except Protected:
        path.unlink()
        raise


def refuse_protected_mp4(data: bytes, site: str) -> None:
    """Do the same with an initialisation section from ``site``."""
    refuse_protected_file(io.BytesIO(data), len(data), site)


def refuse_protected_file(file: Readable, size: int, site: str | None) -> None:
    """Do the same with an open file of ``size`` bytes; ``site`` is for the sentence."""
    if any(entry.kind in _ENCRYPTED for entry in _sample_entries(file, 0, size, _PATH)):
        raise Protected(site)


def _sample_entries(file: Readable, start: int, end: int, path: tuple[bytes, ...]) -> Iterator[Box]:
    for box in boxes_within(file, start, end):
        if not path:
            yield box
        elif box.kind == path[0]:
            within = box.offset + box.header + (_BEFORE_ENTRIES if len(path) == 1 else 0)
            yield from _sample_entries(file, within, min(box.offset + box.size, end), path[1:])
