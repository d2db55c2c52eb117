"""Where a book belongs in a library that is a folder: names for its own folder, the best one first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.filed import filed_at, is_one_place, marker_beside
from ohdio_core.library.marker import MARKER
from ohdio_core.library.names import BookNames, LibraryNames, facts_of
from ohdio_core.library.obstacle import obstacle
from ohdio_core.library.spelling import as_spelled, begins_like, has_namesake


class Places:
    """The places of books.

    Args:
        root: Of the library.
        names: By which books and episodes are filed.
        name_bytes: Returns how long names may be.
    """

    def __init__(self, root: Path, names: LibraryNames, name_bytes: Callable[[], int]) -> None:
        self._root = root
        self._book_names = BookNames(names, name_bytes)

    def every(self, details: BookDetails, owner_id: OwnerId) -> Iterator[PurePosixPath]:
        """Yield where a book may be, by its name."""
        return (folder for folder, _ in self._book_names.usual(details, owner_id))

    def likely(self, details: BookDetails, owner_id: OwnerId) -> Iterator[PurePosixPath]:
        """Yield where a book may be, by its name; names that tell it from another book only where there is one."""
        usual = self._book_names.usual(details, owner_id, is_told_apart=lambda plain: begins_like(self._root, plain))
        return (folder for folder, _ in usual)

    def to_put(self, details: BookDetails, owner_id: OwnerId) -> Iterator[PurePosixPath]:
        """Yield where a book may be put: first where it is already, if that is one of its names.

        A folder within that of another book is no place for one, as players take the two for one; nor is one whose name
        differs from another's in capitals alone, as some systems do. A fact tells a book apart only if the book that
        has the plain name does not share it.

        Raises:
            OSError: The library cannot be read.
        """
        ranked = ((self._rank(folder, owner_id), folder) for folder in self.likely(details, owner_id))
        own = sorted((each for each in ranked if each[0] < len(owner_id.ids)), key=lambda each: each[0])
        yield from (folder for _, folder in own)
        ours = facts_of(details)
        theirs: Mapping[str, str] | None = None
        for named, fact in self._book_names.usual(details, owner_id):
            folder = as_spelled(self._root, named)
            theirs = self._facts_at(folder) if theirs is None else theirs
            is_shared = fact is not None and theirs.get(fact, "").casefold() == ours[fact].casefold()
            if not is_shared and not self._is_of_another(folder):
                yield folder

    def best(
        self,
        details: BookDetails,
        owner_id: OwnerId,
        now: PurePosixPath,
        taken: Collection[PurePosixPath] = (),
    ) -> PurePosixPath | None:
        """Return where a book belongs that is somewhere now; None where others have all of its places.

        Args:
            details: For the name.
            owner_id: Whose folder it is.
            now: Where it is.
            taken: What others will have.

        Raises:
            OSError: The library cannot be read.
        """
        theirs: Mapping[str, str] | None = None
        ours = facts_of(details)
        for named, fact in self._book_names.usual(details, owner_id):
            folder = as_spelled(self._root, named)
            if folder == now:
                return now
            theirs = self._facts_at(folder) if theirs is None else theirs
            is_shared = fact is not None and theirs.get(fact, "").casefold() == ours[fact].casefold()
            if not is_shared and folder not in taken and self._is_free(folder, now):
                return folder
        return None

    def _is_free(self, folder: PurePosixPath, now: PurePosixPath) -> bool:
        """Return whether a book that is elsewhere now could be here: nothing is, but empty folders down to the book."""
        if self._is_of_another(folder, but=now) or obstacle(self._root, folder) is not None:
            return False
        place = self._root / folder
        if is_one_place(place, self._root / now):
            return True  # the same name in other letters, to a file system that takes no notice
        if (there := filed_at(place)) is not None and there.is_episode:
            mover = filed_at(self._root / now)  # which was killed on its way here
            is_same = mover is not None and mover.marker.owner == there.marker.owner
            return mover is not None and is_same and not (there.is_whole and mover.is_whole)
        down = now.relative_to(folder).parts if folder in now.parents else ()
        for name in down:
            if sorted(path.name for path in place.iterdir()) != [name]:
                return False
            place /= name
        return bool(down) or not place.exists() or not any(place.iterdir())

    def _facts_at(self, folder: PurePosixPath) -> Mapping[str, str]:
        filed = filed_at(self._root / folder)
        return {} if filed is None else filed.marker.facts

    def _rank(self, folder: PurePosixPath, owner_id: OwnerId) -> int:
        """Return 0 for a folder with today's id in its marker, then those with former ones, then all others."""
        filed, ids = filed_at(self._root / folder), owner_id.ids
        return ids.index(filed.marker.owner) if filed is not None and filed.marker.owner in ids else len(ids)

    def _is_of_another(self, folder: PurePosixPath, *, but: PurePosixPath | None = None) -> bool:
        """Return whether a folder would be within that of another book, or be the same as another to some systems."""
        above = (self._root / parent / MARKER for parent in folder.parents if parent.name and parent != but)
        if any(marker.exists() for marker in above) or has_namesake(self._root, folder, but=but):
            return True
        # Each episode has a marker that is called as it is; a file may be called otherwise by now.
        own = folder if but is None else but
        marker, own_marker = (each.parent / marker_beside(each.name) for each in (folder, own))
        return has_namesake(self._root, marker, but=own_marker)
