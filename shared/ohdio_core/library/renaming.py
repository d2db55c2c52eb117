"""Moving the folders of books to where they belong by the names of today, each in one rename."""

from __future__ import annotations

import errno
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.disk import postponing, remove_empty_above, sync
from ohdio_core.library.episodes import gather_episode, move_episode, put_episode
from ohdio_core.library.filed import Filed, filed_at, is_one_place
from ohdio_core.library.filing import ArrivingEpisode, arriving_at
from ohdio_core.library.marker import Marker
from ohdio_core.library.mount import Mount
from ohdio_core.library.obstacle import obstacle
from ohdio_core.library.outgoing import TAKEN, begin_outgoing, outgoing_of, put_back
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
            filed = self._filed(folder, owner_id)
            if filed is None:
                return None
            if filed.is_episode != details.is_episode:
                return PlannedMove(folder, is_by_hand=False)
            place = self._places.best(details, owner_id, folder, taken)
            is_moved = place != folder and not self._is_ours(folder, filed.marker, details, owner_id)
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
            filed = self._filed(folder, owner_id)
            if filed is None:
                return None
            above = folder.parent if filed.is_episode else folder
            if filed.is_episode != details.is_episode or obstacle(self._root, above) is not None:
                return folder
            place = self._places.best(details, owner_id, folder)
            if place is None or (place != folder and not self._rename_filed(filed, folder, place)):
                return folder
            if filed.marker.home != str(place):
                self._note_home(place)
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
            if folder in place.parents or place in folder.parents or is_one_place(source, target):
                # None can be renamed into itself: it lies aside meanwhile, where whoever goes on finds it.
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

    def _rename_filed(self, filed: Filed, folder: PurePosixPath, place: PurePosixPath) -> bool:
        if filed.is_episode:
            return self._rename_episode(filed, folder, place)
        return self._rename(folder, place, filed.marker.owner)

    def _note_home(self, place: PurePosixPath) -> None:
        if (moved := filed_at(self._root / place)) is not None:
            moved.write(replace(moved.marker, home=str(place)))

    def _rename_episode(self, filed: Filed, folder: PurePosixPath, place: PurePosixPath) -> bool:
        """Rename the files of an episode; return False where something else has come into its place."""
        if obstacle(self._root, place.parent) is not None:
            return False
        arriving = arriving_at(place, filed.directory, filed.marker, stem=folder.name)
        marker = replace(arriving.marker, home=str(place))
        if is_one_place(filed.place, self._root / place):
            return self._spell_episode(filed, folder, place, replace(arriving, marker=marker))
        if not move_episode(filed, self._root / place, marker, arriving.named):
            remove_empty_above(self._root, place)
            return False
        remove_empty_above(self._root, folder)
        return True

    def _spell_episode(
        self, filed: Filed, folder: PurePosixPath, place: PurePosixPath, arriving: ArrivingEpisode
    ) -> bool:
        """Write the names of an episode with other capitals where the disk takes no notice of them, by way of a folder.

        Killed in between, the episode comes back by the names that it had.
        """
        aside = outgoing_of(self._root, folder, filed.marker.owner)
        begin_outgoing(aside, is_kept=False)
        gather_episode(filed, aside / folder)
        is_done = put_episode(aside / folder, self._root / place, arriving.marker, arriving.named)
        put_back(self._root, aside)
        return is_done

    def _filed(self, folder: PurePosixPath, owner_id: OwnerId) -> Filed | None:
        filed = filed_at(self._root / folder)
        return filed if filed is not None and filed.marker.owner in owner_id.ids else None
