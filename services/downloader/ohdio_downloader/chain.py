"""Ogg files that are several behind one another (RFC 3533, section 4, "chaining"): adverts, and radio recorded.

Each link begins anew at zero, so that players show the length of the last one, and many stop after the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from ohdio_core.sentences import sentence
from ohdio_downloader.media.file_bytes import FileBytes
from ohdio_downloader.media.join import NotAsAnnounced, join
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.pieces import Piece, Pieces, Stretch

#: The first page of a logical stream (section 6), which begins with the name of its codec.
_FIRST_PAGE = re.compile(rb"OggS\0[\x02\x03\x06\x07].{8}.{4}\0{4}.{4}.", re.DOTALL)
_NAMES = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ", b"fishead\0", b"\x80theora", b"BBCD")
_HEADER = 27  #: bytes of a page before its table of segments


def links_of(path: Path) -> Pieces | None:
    """Return the links of a chained Ogg file; None for any other file, and where there is one."""
    with path.open("rb", buffering=0) as file:
        if file.read(4) != b"OggS":
            return None
        data = FileBytes(file)
        starts = list(_starts(data))
    ends = [*starts[1:], data.size]
    if len(starts) < 2:
        return None
    spans = zip(starts, ends, strict=True)
    return Pieces("", 0.0, tuple(Piece("ogg", (Stretch(start, end, 0.0),)) for start, end in spans))


def join_links(source: Path, links: Pieces, check: Callable[[], None], *, keep_free: int = 0) -> Path:
    """Return a file beside ``source`` with the sound of all links in one; see ``join``.

    Raises:
        DamagedAudio: One of them cannot be read.
        PermanentError: They are not encoded alike, or in a way that cannot be filed.
        Postponed: There is no room.
    """
    try:
        return join(source, links, check, keep_free=keep_free)
    except NotAsAnnounced as error:
        raise DamagedAudio(
            sentence("ogg.damaged_link", "One of the recordings in the Ogg file that was fetched is damaged or cut.")
        ) from error


def _starts(data: FileBytes) -> Iterator[int]:
    """Yield where each link begins: with the first pages of all its streams, one directly behind the other."""
    following = -1
    for start in data.places(_FIRST_PAGE, 0, data.size, _HEADER):
        (count,) = data.at(start + _HEADER - 1, 1)
        segments = data.at(start + _HEADER, count)
        body = start + _HEADER + count
        if not data.at(body, 8).startswith(_NAMES):
            continue
        if start != following:
            yield start
        following = body + sum(segments)
