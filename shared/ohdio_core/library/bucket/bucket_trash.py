"""The trash of a bucket: books that were deleted, below ``.ohdio-trash/KEY/``, by the folders that they had."""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import PurePosixPath

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import NeedsPerson
from ohdio_core.library.bucket.book_places import BucketPlaces
from ohdio_core.library.bucket.editions import Edition, Editions
from ohdio_core.library.bucket.mark import BucketMark
from ohdio_core.library.bucket.objects import Objects
from ohdio_core.library.bucket.trouble import ChangedMeanwhile, GoneMeanwhile
from ohdio_core.library.marker import MARKER
from ohdio_core.library.protocol import TrashedFolder
from ohdio_core.library.refusals import no_place_to_restore

TRASH = ".ohdio-trash"
_KEY = re.compile(r"[0-9a-f]{32}-[0-9a-f]{8}(?:[0-9a-f]{8})?")
_MOMENT = 12  #: digits of the milliseconds in the name of a copy; the others keep two of one moment apart
_RANDOM = 4


class BucketTrash:
    """What was deleted lately; a ``Trash``.

    A book comes and goes as it is renamed: it is copied, and becomes a book there by its marker, before it is none
    any more where it was.

    Args:
        objects: Of the library.
        editions: In it.
        mark: Whether it is there.
        places: Where books belong.
    """

    def __init__(self, objects: Objects, editions: Editions, mark: BucketMark, places: BucketPlaces) -> None:
        self._objects = objects
        self._editions = editions
        self._mark = mark
        self._places = places

    def keep(self, edition: Edition, look: Callable[[], None] = lambda: None) -> str:
        """Copy a book here, and return what names it here.

        Args:
            look: Called before each file; what it raises ends it.

        Raises:
            Postponed: The bucket cannot be written.
        """
        # Of two copies within a second, which is all that objects tell of their time, it says which is the last one.
        moment = f"{time.time_ns() // 1_000_000:0{_MOMENT}x}"
        key = f"{_digest(edition.marker.owner)}-{moment}{uuid.uuid4().hex[:_RANDOM]}"
        made = self._editions.copy(edition, PurePosixPath(TRASH, key, edition.folder), edition.marker, look)
        self._editions.publish(made)
        return key

    def swap(self, key: str, folder: PurePosixPath, owner_id: OwnerId) -> str | None:
        """Put a book that lies here in the place of another edition of it, which comes here.

        Returns:
            What names that here, empty where nothing was in its place; None where the first one is not here, whole,
            or a killed process had put it there already.

        Raises:
            NeedsPerson: Another book has that place; nothing has moved.
            Postponed: The bucket cannot be written.
        """
        self._mark.require()
        here = self._entry(key)
        if here is None or here.marker.owner not in owner_id.ids or not self._editions.is_whole(here):
            return None
        now = self._editions.at(folder)
        if now is not None and now.marker.owner not in owner_id.ids:
            raise self._no_place(folder)
        # What was in its place came here before that: this is no other edition, and is put there once more.
        is_back = now is not None and now.marker.files == here.marker.files
        try:
            made = self._editions.copy(here, folder, here.marker)
        except GoneMeanwhile:
            return None
        kept = "" if now is None or is_back else self.keep(now)
        try:
            self._editions.publish(made, replacing=now)
        except ChangedMeanwhile:
            self._editions.discard(made)
            raise self._no_place(folder) from None
        if now is not None:
            self._editions.discard(now)
        self._editions.remove(here)
        return None if is_back else kept

    def restore(self, details: BookDetails, owner_id: OwnerId, *, parts: int | None = None) -> PurePosixPath | None:
        """Put the last whole copy of a book back to where it was, or where it belongs if that place is taken.

        Args:
            details: For the name.
            owner_id: Whose it is.
            parts: Only one of so many parts.

        Returns:
            Its folder; None where the trash has none that is whole.

        Raises:
            NeedsPerson: Every place is taken; nothing has moved.
            Postponed: The bucket cannot be written.
        """
        self._mark.require()
        for _, here in self._entries_of(owner_id):
            if parts in (None, here.marker.parts) and self._editions.is_whole(here):
                with suppress(GoneMeanwhile):  # it was deleted for good, or put back, at this moment
                    return self._put_back(here, details, owner_id)
        return None

    def folders(self, *, but: Collection[str] = ()) -> Sequence[TrashedFolder]:
        """Return what lies here, the last one first.

        Args:
            but: What names others, which are not looked at.

        Raises:
            Postponed: The bucket cannot be read.
        """
        self._mark.require()
        found = [
            TrashedFolder(key, here.marker.owner, _was_at(here), here.written_at.timestamp())
            for key, here in self._entries(but=but)
        ]
        return sorted(found, key=lambda each: -each.trashed_at)

    def keys(self) -> Callable[[OwnerId], Sequence[str]]:
        """Return what names the copies of a book that lie here now; the trash is read once, whoever is asked for.

        Raises:
            Postponed: The bucket cannot be read.
        """
        self._mark.require()
        found: dict[str, list[str]] = {}
        for key in dict.fromkeys(key for key, _ in self._markers("")):
            found.setdefault(key.partition("-")[0], []).append(key)
        return lambda owner_id: [key for owner in owner_id.ids for key in found.get(_digest(owner), ())]

    def find_replaced(self, owner_id: OwnerId, names: Collection[str]) -> str | None:
        """Return what names the last copy of a book here that has all of these files; None without one.

        Raises:
            Postponed: The bucket cannot be read.
        """
        self._mark.require()
        for key, here in self._entries_of(owner_id) if names else ():
            if set(names) <= self._editions.files(here).keys():
                return key
        return None

    def drop(self, key: str) -> None:
        """Delete a copy for good: first it is none any more, then its files go.

        Raises:
            Postponed: The bucket cannot be written.
        """
        self._mark.require()
        if _KEY.fullmatch(key) is None:
            return
        keys = [stored.key for stored in self._objects.below(f"{TRASH}/{key}/")]
        self._objects.delete(each for each in keys if PurePosixPath(each).name == MARKER)
        self._objects.delete(each for each in keys if PurePosixPath(each).name != MARKER)

    def tidy(self, *, older_than: timedelta) -> None:
        """Return: nothing is half here, and what killed processes have left is an orphan as any in the bucket."""

    def _put_back(self, here: Edition, details: BookDetails, owner_id: OwnerId) -> PurePosixPath:
        was_at = _was_at(here)
        for folder in dict.fromkeys((was_at, *self._places.free(details, owner_id))):
            home = here.marker.home if folder == was_at else str(folder)
            if self._editions.at(folder) is None and self._editions.move(here, folder, home=home):
                return folder
        raise self._no_place(was_at)

    def _entries_of(self, owner_id: OwnerId) -> list[tuple[str, Edition]]:
        """Return the copies of a book, the last one first, with what names them."""
        found = [each for owner in owner_id.ids for each in self._entries(_digest(owner))]
        return sorted(found, key=lambda each: (each[1].written_at, _moment(each[0])), reverse=True)

    def _entries(self, begin: str = "", *, but: Collection[str] = ()) -> Iterator[tuple[str, Edition]]:
        for key, folder in self._markers(begin):
            if key not in but and (here := self._editions.at(folder)) is not None:
                yield key, here

    def _markers(self, begin: str) -> Iterator[tuple[str, PurePosixPath]]:
        """Yield what names the copies whose names begin so, and the folders in which their markers are."""
        for stored in self._objects.below(f"{TRASH}/{begin}"):
            path = PurePosixPath(stored.key)
            if path.name == MARKER and _KEY.fullmatch(path.parts[1]):
                yield path.parts[1], path.parent

    def _entry(self, key: str) -> Edition | None:
        return next((here for _, here in self._entries(f"{key}/")), None) if _KEY.fullmatch(key) else None

    def _no_place(self, folder: PurePosixPath) -> NeedsPerson:
        return no_place_to_restore(self._objects.address.location, str(folder))


def _moment(key: str) -> str:
    """Return when a copy was made, to be compared with others; empty of one that an earlier version made."""
    moment = key.partition("-")[2][:-_RANDOM]
    return moment if len(moment) == _MOMENT else ""


def _was_at(edition: Edition) -> PurePosixPath:
    return PurePosixPath(*edition.folder.parts[2:])


def _digest(owner: str) -> str:
    return hashlib.sha256(owner.encode()).hexdigest()[:32]
