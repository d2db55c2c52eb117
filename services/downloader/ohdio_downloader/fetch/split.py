"""Dividing joined segments into what can be read as one: a demuxer expects one file, not several behind one another."""

from __future__ import annotations

import os

from ohdio_downloader.fetch.beginning import begins_file, container_of
from ohdio_downloader.fetch.partial import PartialFile
from ohdio_downloader.fetch.playlist import Segment
from ohdio_downloader.fetch.transport import PACKET, Program, first_program
from ohdio_downloader.media.mp3_tags import id3_size
from ohdio_downloader.media.protection import Protected, refuse_protected_file
from ohdio_downloader.pieces import Piece, Pieces, Stretch

#: Tables are among the first packets of a segment.
_HEAD = 128 * PACKET


class Splitter:
    """Finds where the kind of sound may change: where the playlist says so, and where the bytes do.

    Within a piece segments are read as one, because frames may lie across the border between two. A border is where
    the playlist has a discontinuity or another initialisation section, where the container changes, where a transport
    stream has its sound in other streams than before, and before what is a whole file by itself.

    Args:
        partial: The file that the segments are joined in.
        site: For sentences.
        rounding: See ``MediaPlaylist``.
    """

    def __init__(self, partial: PartialFile, site: str, rounding: float) -> None:
        self._partial = partial
        self._site = site
        self._rounding = rounding
        self._done: list[Piece] = []
        self._init: tuple[int, int] | None = None
        self._init_kind = ""
        self._kind = ""
        self._program: Program | None = None  #: of a transport stream
        self._stretches: list[Stretch] = []

    def add(self, segment: Segment, start: int, end: int) -> None:
        """Take a segment that lies between two offsets of the file.

        Raises:
            Protected: Its sound is encrypted.
        """
        skipped, head = self._head(start, end)
        kind = container_of(head)
        if segment.is_init or kind in {"mov", ""}:
            # Any segment may begin with the index that an initialisation section has (RFC 8216, section 3.3).
            section = _Section(self._partial, start + skipped, end)
            refuse_protected_file(section, end - start - skipped, self._site)
        if segment.is_init:
            self._begin()
            self._init, self._init_kind = (start, end), kind
            return
        program = first_program(head) if kind == "mpegts" else None
        if program is not None and program.is_encrypted:
            raise Protected(self._site)
        if segment.is_new or self._is_other(kind, program, head):
            self._begin()
        self._kind = kind or self._kind
        self._program = program or self._program
        self._stretches.append(Stretch(start + skipped, end, segment.duration))

    def end(self) -> Pieces:
        """Return what the file is made of."""
        self._begin()
        return Pieces(self._site, self._rounding, tuple(self._done))

    def _is_other(self, kind: str, program: Program | None, head: bytes) -> bool:
        if kind and self._kind and kind != self._kind:
            return True
        if kind == "mpegts":
            return program is not None and self._program is not None and program != self._program
        return begins_file(head)

    def _begin(self) -> None:
        if self._stretches:
            # Nothing in a playlist ends what an initialisation section is for; a segment of another kind does.
            init = self._init if self._kind in {"", self._init_kind} else None
            self._done.append(Piece(self._kind, tuple(self._stretches), init))
        self._kind, self._program, self._stretches = "", None, []

    def _head(self, start: int, end: int) -> tuple[int, bytes]:
        """Return the first bytes of a segment, and how many were passed over: tags with its time (RFC 8216, 3.4)."""
        skipped = 0
        while True:
            head = self._partial.read_chunk(start + skipped, min(_HEAD, end - start - skipped))
            size = id3_size(head[:10])
            if not size or start + skipped + size >= end:
                return skipped, head
            skipped += size


class _Section:
    """Some bytes of the file, to be read as if they were a file of their own; see ``Readable``."""

    def __init__(self, partial: PartialFile, start: int, end: int) -> None:
        self._partial = partial
        self._start = start
        self._end = end
        self._position = start

    def read(self, size: int) -> bytes:
        data = self._partial.read_chunk(self._position, max(0, min(size, self._end - self._position)))
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: self._start, os.SEEK_CUR: self._position, os.SEEK_END: self._end}[whence]
        self._position = base + offset
        return self.tell()

    def tell(self) -> int:
        return self._position - self._start
