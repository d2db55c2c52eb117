"""What a person finds in the library: folders, files, and whether they play to the end."""

from __future__ import annotations

import json
from pathlib import Path

import av

from tests.players.shown import shown_wrong
from tests.sites.catalogue import SimBook

_AUDIO = {".mp3", ".m4a"}

#: An encoder pads its first and last frame; two frames of AAC at 32 kHz are 64 ms.
_SLACK = 0.2


class Shelf:
    """The library of one installation."""

    def __init__(self, library: Path) -> None:
        self._library = library

    def folders(self) -> dict[str, Path]:
        """Return the folder of each book, by the site's id of the book; no book may have two.

        Raises:
            AssertionError: A book has two folders.
        """
        found: dict[str, Path] = {}
        for marker in self._library.glob("[!.]*/**/.ohdio.json"):
            owner = json.loads(marker.read_text(encoding="utf-8"))["owner"].partition(":")[2]
            assert owner not in found, f"book {owner} is in {found[owner]} and in {marker.parent}"
            found[owner] = marker.parent
        return found

    def folder(self, book: SimBook) -> Path:
        """Return a book's folder."""
        return self.folders()[str(book.id)]

    def files(self, book: SimBook) -> list[Path]:
        """Return a book's audio files in listening order."""
        return sorted(path for path in self.folder(book).iterdir() if path.suffix in _AUDIO)

    def assert_sound(self, books: list[SimBook]) -> None:
        """Make sure that the library has exactly these books, each whole and playable, and nothing else."""
        found, expected_ids = set(self.folders()), {str(book.id) for book in books}
        assert found == expected_ids, f"too many: {found - expected_ids}, missing: {expected_ids - found}"
        for book in books:
            files = self.files(book)
            assert len(files) == len(book.parts), files
            for path, part in zip(files, book.parts, strict=True):
                seconds = heard_seconds(path)
                assert abs(seconds - part.seconds) < _SLACK, f"{path}: {seconds} s of {part.seconds} s"
        expected = {path for book in books for path in self.files(book)}
        # Some folders have two books of one name.
        distinct = {(book.title, book.authors): book for book in books}
        if len(distinct) == len(books):
            wrong = list(shown_wrong(self._library, books))
            assert wrong == [], wrong
        strays = [path for path in self._library.glob("[!.]*/**/*") if path.suffix in _AUDIO and path not in expected]
        assert strays == [], f"nobody's files: {strays}"

    def unfinished(self) -> list[Path]:
        """Return what the work directory still holds."""
        work = self._library / ".ohdio-work"
        return sorted(work.iterdir()) if work.exists() else []


def heard_seconds(path: Path) -> float:
    """Decode a file from its first to its last frame; return how long it sounds."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        samples = sum(frame.samples for frame in container.decode(stream))
        return samples / stream.sample_rate
