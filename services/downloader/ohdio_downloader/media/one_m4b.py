"""One file of several in AAC: their packets as they are, under tables of their own, with chapters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from ohdio_core.mp4.reading import SampleTables, read_track
from ohdio_core.mp4.writing import BOOK, ChapterTrack, begin_data, index_pieces
from ohdio_downloader.disk import copy_stretch
from ohdio_downloader.media.chapters import Span, milliseconds

_TABLES = 16  # bytes a sample, rather too many than too few


def read_tables(path: Path) -> SampleTables | None:
    """Return the tables of a file; None where it is not of a form that can be joined as it is."""
    with path.open("rb") as file:

        def read(at: int, length: int) -> bytes:
            file.seek(at)
            return file.read(length)

        return read_track(read, path.stat().st_size)


class OneM4b:
    """The sound of files whose tables are alike.

    What encoders put before and behind the sound of each is in the file, and is not played.

    Args:
        sources: The files, with their tables.
    """

    has_chapters = True  #: they are no tags
    most_chapters: int | None = None

    def __init__(self, sources: Sequence[tuple[Path, SampleTables]]) -> None:
        self._sources = sources
        self._tracks = [track for _, track in sources]

    @property
    def lengths(self) -> list[timedelta]:
        """Return how long each file is heard in the one."""
        return [timedelta(seconds=(each.heard.end - each.heard.first) / each.timescale) for each in self._tracks]

    @property
    def size(self) -> int:
        """Return about how many bytes it has, without its tags."""
        return sum(track.size + _TABLES * len(track.sizes) // 4 for track in self._tracks)

    def write(self, target: Path, chapters: Sequence[Span], check: Callable[[], None], *, room: int) -> None:
        """Write it.

        Args:
            target: Where.
            chapters: In the order of their starts; at least one.
            check: Called often; what it raises ends the work.
            room: Bytes of tags, which are at the end, where they can grow.

        Raises:
            OSError: The disk refuses it.
        """
        del room
        listed = ChapterTrack(
            [milliseconds(chapter.start) for chapter in chapters],
            [chapter.title for chapter in chapters],
            milliseconds(chapters[-1].end),
        )
        texts = b"".join(listed.samples)
        with target.open("wb") as file:
            file.write(BOOK + begin_data(sum(track.size for track in self._tracks) + len(texts)))
            starts = []
            for path, track in self._sources:
                starts.append(file.tell())
                copy_stretch(path, track.start, track.size, file, check)
            at = file.tell()
            file.write(texts)
            file.writelines(index_pieces(self._tracks, starts, is_edited=True, chapters=listed, chapters_at=at))
