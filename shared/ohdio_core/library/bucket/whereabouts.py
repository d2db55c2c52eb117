"""Looking for many books at once, by the list of a bucket's keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.bucket.editions import EDITION, Editions, is_seen_whole
from ohdio_core.library.bucket.moved_books import MovedBooks
from ohdio_core.library.bucket.objects import MOST_LISTED, Objects, StoredObject
from ohdio_core.library.marker import MARKER
from ohdio_core.library.moved import WHERE_FILED_BEFORE

_FEW = 100  #: keys that are asked for where the books lie far from each other
_GROWTH = 4


@dataclass(slots=True)
class ListedFolder:
    """What a list of keys tells of the folder of a book."""

    is_marked: bool = False
    editions: dict[str, dict[str, int]] = field(default_factory=dict)  #: the sizes of their files, by name

    def shows(self, owner_id: OwnerId) -> bool:
        """Return whether it shows this book whole; False where that takes a look at the marker."""
        if not self.is_marked or len(self.editions) != 1:  # else it tells of which edition the marker is
            return False
        ((name, files),) = self.editions.items()
        return is_seen_whole(name, owner_id, files)


class Whereabouts:
    """Finds books in a bucket. Every method raises ``BucketUnusable`` where that cannot be used.

    Args:
        objects: Of the library.
        editions: In it.
        moved: In it.
    """

    def __init__(self, objects: Objects, editions: Editions, moved: MovedBooks) -> None:
        self._objects = objects
        self._editions = editions
        self._moved = moved

    def is_there(self, folder: PurePosixPath, owner_id: OwnerId) -> bool:
        """Return whether this folder is the book's, with all its sound, as its marker says."""
        edition = self._editions.at(folder)
        return edition is not None and edition.marker.owner in owner_id.ids and self._editions.is_whole(edition)

    def are_there(self, books: Sequence[tuple[str, OwnerId]]) -> list[bool]:
        """Return of each book whether the folder that it was filed in is its, with all its sound.

        Args:
            books: The folders that they were filed in, and who they are.
        """
        listed = list_folders(self._objects, [PurePosixPath(folder) for folder, _ in books])
        folders = ((listed.get(PurePosixPath(folder)), PurePosixPath(folder), owner_id) for folder, owner_id in books)
        return [
            there is not None and (there.shows(owner_id) or (there.is_marked and self.is_there(folder, owner_id)))
            for there, folder, owner_id in folders
        ]

    def find(self, books: Sequence[tuple[str, OwnerId]], *, is_library: bool) -> list[PurePosixPath | None]:
        """Return where each book is whole: in the folder that it was filed in, or where people have moved it.

        Args:
            books: The folders that they were filed in, and who they are.
            is_library: It is worth to look for what people have moved.

        Returns:
            None for each that is gone.
        """
        found: list[PurePosixPath | None] = []
        for (filed_at, owner_id), is_there in zip(books, self.are_there(books), strict=True):
            moved = self._moved_to(owner_id) if is_library and not is_there else None
            found.append(PurePosixPath(filed_at) if is_there else moved)
        return found

    def _moved_to(self, owner_id: OwnerId) -> PurePosixPath | None:
        # All keys are listed once for many books.
        folders = self._moved.find(owner_id, lambda: None, WHERE_FILED_BEFORE)
        return next((folder for folder in folders if self.is_there(folder, owner_id)), None)


def list_folders(objects: Objects, folders: Iterable[PurePosixPath]) -> Mapping[PurePosixPath, ListedFolder]:
    """Return those of these folders that have something of ours in them; at most one request is sent for each.

    Where they lie close together, as all books of a library do, it is one for each thousand objects.

    Raises:
        BucketUnusable: The bucket cannot be used.
    """
    found: dict[PurePosixPath, ListedFolder] = {}
    wanted = sorted({f"{folder}/" for folder in folders})
    left, last, most, has_more = wanted, "", _FEW, True
    while left and has_more:
        begin = max(left[0], last)
        page, has_more = objects.after(begin, most)
        if has_more and (not page or page[-1].key <= begin):
            # A server that does not go on from a key, or only by a token of its own.
            page, left, has_more = [each for prefix in left for each in objects.below(prefix)], [], False
        _note(page, frozenset(wanted), found)
        last = page[-1].key if page else last
        passed = _count_passed(left, last)
        left = left[passed:]
        # One book a request, so they lie far from each other; what was in between was listed for nothing.
        most = max(_FEW, most // _GROWTH) if passed == 1 else min(MOST_LISTED, most * _GROWTH)
    return found


def _note(page: Sequence[StoredObject], wanted: frozenset[str], found: dict[PurePosixPath, ListedFolder]) -> None:
    for stored in page:
        above, _, name = stored.key.rpartition("/")
        folder, _, within = above.rpartition("/")
        if name == MARKER and f"{above}/" in wanted:
            found.setdefault(PurePosixPath(above), ListedFolder()).is_marked = True
        elif f"{folder}/" in wanted and EDITION.fullmatch(within):
            listed = found.setdefault(PurePosixPath(folder), ListedFolder())
            listed.editions.setdefault(within, {})[name] = stored.size


def _count_passed(prefixes: Sequence[str], last: str) -> int:
    """Return below how many of these, in order, all keys come before the last one that was listed."""
    return next((n for n, prefix in enumerate(prefixes) if prefix >= last or last.startswith(prefix)), len(prefixes))
