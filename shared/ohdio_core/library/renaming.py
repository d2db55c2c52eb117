"""Moving the folders of books to where they belong by the names of today, each in one rename."""

from __future__ import annotations

import errno
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.disk import postponing, remove_empty_above, sync
from ohdio_core.library.marker import Marker, read_marker, write_marker
from ohdio_core.library.mount import Mount
from ohdio_core.library.obstacle import obstacle
from ohdio_core.library.outgoing import TAKEN, outgoing_of, put_back
from ohdio_core.library.places import Places
from ohdio_core.library.protocol import PlannedMove


class FolderNaming:
    """Compares the folders of books with their names; a ``Naming``.

    Args:
        root: Of the library.
        mount: Whether that is there.
        places: Where books belong.
    """

    def __init__(self, root: Path, mount: Mount, places: Places) -> None:
        self._root = root
        self._mount = mount
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
            Postponed: The library cannot be read.
        """
        with postponing(self._root):
            marker = self._marker_of(folder, owner_id)
            if marker is None:
                return None
            place = self._places.best(details, owner_id, folder, taken)
            is_moved = place != folder and not self._is_ours(folder, marker, details, owner_id)
            return PlannedMove(place, is_by_hand=is_moved)

    def move(self, folder: PurePosixPath, details: BookDetails, owner_id: OwnerId) -> PurePosixPath | None:
        """Move a book's folder to where it belongs, with all that people have put into it.

        Args:
            folder: Where it is, or was before a process died that was moving it.
            details: For the name.
            owner_id: Whose folder it is.

        Returns:
            Where it is now: where it was, if every other place is taken. None for a folder that is not this book's.

        Raises:
            Postponed: The library cannot be written, or is not mounted.
        """
        self._mount.require()
        with postponing(self._root):
            for owner in owner_id.ids:
                if (left := outgoing_of(self._root, folder, owner)).exists():
                    put_back(self._root, left)
            marker = self._marker_of(folder, owner_id)
            if marker is None:
                return None
            place = self._places.best(details, owner_id, folder)
            if place is None or obstacle(self._root, folder) is not None:
                return folder
            if place != folder and not self._rename(folder, place, marker.owner):
                return folder
            if marker.home != str(place):
                write_marker(self._root / place, replace(marker, home=str(place)))
            return place

    def _is_ours(self, folder: PurePosixPath, marker: Marker, details: BookDetails, owner_id: OwnerId) -> bool:
        """Return whether we have put a folder where it is; where nobody noted that, whether it has one of its names."""
        if marker.home is not None:
            return marker.home == str(folder)
        return folder in self._places.every(details, owner_id)

    def _rename(self, folder: PurePosixPath, place: PurePosixPath, owner: str) -> bool:
        """Move a folder; return False where something else has come into its place, or a disk begins there."""
        source, target = self._root / folder, self._root / place
        aside = outgoing_of(self._root, folder, owner)
        try:
            if folder in place.parents or place in folder.parents:
                # Neither can be renamed into itself: it lies aside meanwhile, where whoever goes on finds it.
                (aside / folder).parent.mkdir(parents=True)
                source.rename(aside / folder)
                remove_empty_above(self._root, folder)
                source = aside / folder
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
        except OSError as error:
            if aside.exists():
                put_back(self._root, aside)
            remove_empty_above(self._root, place)
            if error.errno in TAKEN | {errno.EXDEV}:
                return False
            raise
        if aside.exists():
            put_back(self._root, aside)
        remove_empty_above(self._root, folder)
        sync(target.parent)
        return True

    def _marker_of(self, folder: PurePosixPath, owner_id: OwnerId) -> Marker | None:
        marker = read_marker(self._root / folder)
        return marker if marker is not None and marker.owner in owner_id.ids else None
