"""Moving books in a bucket to where they belong by the names of today: copied, and then deleted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import PurePosixPath

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.bucket.book_places import BucketPlaces
from ohdio_core.library.bucket.editions import Edition, Editions
from ohdio_core.library.bucket.mark import BucketMark
from ohdio_core.library.protocol import PlannedMove


class BucketNaming:
    """Compares the folders of books with their names; a ``Naming``.

    Args:
        editions: In the library.
        mark: Whether that is there.
        places: Where books belong.
    """

    def __init__(self, editions: Editions, mark: BucketMark, places: BucketPlaces) -> None:
        self._editions = editions
        self._mark = mark
        self._places = places

    def plan(
        self,
        folder: PurePosixPath,
        details: BookDetails,
        owner_id: OwnerId,
        taken: Collection[PurePosixPath] = (),
    ) -> PlannedMove | None:
        """Return where a book's folder belongs; None for a folder that is not this book's.

        Args:
            folder: Where it is.
            details: For the name.
            owner_id: Whose folder it is.
            taken: What others will have by then.

        Raises:
            Postponed: The bucket cannot be read.
        """
        edition = self._own(folder, owner_id)
        if edition is None:
            return None
        place = self._places.best(details, owner_id, folder, taken)
        is_moved = place != folder and not self._is_ours(edition, details, owner_id)
        return PlannedMove(place, is_by_hand=is_moved)

    def move(self, folder: PurePosixPath, details: BookDetails, owner_id: OwnerId) -> PurePosixPath | None:
        """Move a book to where it belongs.

        Args:
            folder: Where it is, or was before a process died that was moving it.
            details: For the name.
            owner_id: Whose folder it is.

        Returns:
            Where it is now: where it was, if every other place is taken. None for a folder that is not this book's.

        Raises:
            Postponed: The bucket cannot be written.
        """
        self._mark.require()
        edition = self._own(folder, owner_id)
        arrived = self._arrived(folder, edition, details, owner_id)
        if arrived is not None:
            if edition is not None:
                self._editions.remove(edition)
            return arrived.folder
        if edition is None:
            return None
        place = self._places.best(details, owner_id, folder)
        if place is None:
            return folder
        if place == folder:
            if edition.marker.home != str(place):
                # Other names for the same files: a marker of its own that names the same edition.
                named = replace(edition, marker=replace(edition.marker, home=str(place)))
                self._editions.publish(named, replacing=edition)
            return folder
        return place if self._editions.move(edition, place, home=str(place)) else folder

    def _arrived(
        self, folder: PurePosixPath, edition: Edition | None, details: BookDetails, owner_id: OwnerId
    ) -> Edition | None:
        """Return the book where a process was moving it that died; None where nobody has."""
        for twin in self._places.own(details, owner_id):
            is_the_same = edition is None or twin.marker.files == edition.marker.files
            if twin.folder != folder and is_the_same and self._editions.is_whole(twin):
                return twin
        return None

    def _is_ours(self, edition: Edition, details: BookDetails, owner_id: OwnerId) -> bool:
        """Return whether we have put a book where it is."""
        if edition.marker.home is not None:
            return edition.marker.home == str(edition.folder)
        return edition.folder in self._places.every(details, owner_id)

    def _own(self, folder: PurePosixPath, owner_id: OwnerId) -> Edition | None:
        edition = self._editions.at(folder)
        return edition if edition is not None and edition.marker.owner in owner_id.ids else None
