"""Where a book belongs in a bucket: names for its own folder, the best one first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.bucket.editions import Edition, Editions
from ohdio_core.library.bucket.objects import Objects
from ohdio_core.library.names import BookNames, facts_of

#: Characters that names have in common which differ in what tells their books apart: before it long ones are cut.
_ALIKE = 20


class BucketPlaces:
    """The places of books in a bucket, where no folder is until a book is in it.

    Args:
        names: Of books.
        objects: Of the library.
        editions: In it.
    """

    def __init__(self, names: BookNames, objects: Objects, editions: Editions) -> None:
        self._names = names
        self._objects = objects
        self._editions = editions

    def every(self, details: BookDetails, owner_id: OwnerId) -> Iterator[PurePosixPath]:
        """Yield where a book may be, by its name."""
        return (folder for folder, _ in self._names.usual(details, owner_id))

    def likely(self, details: BookDetails, owner_id: OwnerId) -> Iterator[PurePosixPath]:
        """Yield where a book may be, by its name; names that tell it from another book only where there is one."""
        return (folder for folder, _ in self._names.usual(details, owner_id, is_told_apart=self._begins_like))

    def own(self, details: BookDetails, owner_id: OwnerId) -> list[Edition]:
        """Return the editions of a book that are where its names say, those of today's id first."""
        found = [self._editions.at(folder) for folder in self.likely(details, owner_id)]
        ours = [edition for edition in found if edition is not None and edition.marker.owner in owner_id.ids]
        return sorted(ours, key=lambda edition: owner_id.ids.index(edition.marker.owner))

    def free(
        self, details: BookDetails, owner_id: OwnerId, taken: Collection[PurePosixPath] = ()
    ) -> Iterator[PurePosixPath]:
        """Yield where a book may be put that is not there yet.

        A fact tells it apart only if the book that has the plain name does not share it.
        """
        theirs: Mapping[str, str] | None = None
        ours = facts_of(details)
        for folder, fact in self._names.usual(details, owner_id):
            there = self._editions.at(folder)
            if theirs is None:
                theirs = {} if there is None else there.marker.facts
            is_shared = fact is not None and theirs.get(fact, "").casefold() == ours[fact].casefold()
            if there is None and not is_shared and folder not in taken:
                yield folder

    def best(
        self, details: BookDetails, owner_id: OwnerId, now: PurePosixPath, taken: Collection[PurePosixPath] = ()
    ) -> PurePosixPath | None:
        """Return where a book belongs that is somewhere now; None where others have all of its places."""
        usual = list(self.every(details, owner_id))
        before = usual.index(now) if now in usual else len(usual)
        free = next(self.free(details, owner_id, taken), None)
        if free is not None and usual.index(free) < before:
            return free
        return now if now in usual else free

    def _begins_like(self, folder: PurePosixPath) -> bool:
        return any(self._objects.below(str(folder.with_name(folder.name[:_ALIKE])), most=1))
