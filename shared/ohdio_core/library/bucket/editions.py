"""Editions: the files of a book as they were written, and the marker that makes them the book."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from ohdio_core.domain.formats import is_sound
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.bucket.objects import Objects, StoredObject
from ohdio_core.library.bucket.trouble import ChangedMeanwhile, GoneMeanwhile, NoSuchObject
from ohdio_core.library.marker import MARKER, Marker, parse_marker

#: The last folder of the keys of an edition's files. In a list of keys it tells whose they are and, since it has a
#: third piece, whether all of the sound is there.
EDITION = re.compile(r"[0-9a-f]{12}-[0-9a-f]{8}(-[0-9a-f]{16})?")
_EDITION = "edition"
_MOST_TRIES = 3  # of a write that the server refused for another one at the same moment
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Edition:
    """A book as it is in its folder."""

    folder: PurePosixPath  #: below the library
    name: str  #: of the folder in that one in which its files are
    marker: Marker
    tag: str = ""  #: of the marker's object; empty for one that is not written yet
    written_at: datetime = _NEVER

    @property
    def prefix(self) -> str:
        """Return what the keys of its files begin with."""
        return f"{self.folder}/{self.name}/"

    def key(self, file: str) -> str:
        """Return the key of one of its files."""
        return f"{self.prefix}{file}"


def owner_digest(owner: str) -> str:
    """Return what the names of all editions of a book begin with."""
    return hashlib.sha256(owner.encode()).hexdigest()[:12]


def new_edition(folder: PurePosixPath, marker: Marker) -> Edition:
    """Return an edition of which nothing is written yet."""
    name = f"{owner_digest(marker.owner)}-{uuid.uuid4().hex[:8]}-{_sound_digest(marker.files)}"
    return Edition(folder, name, marker)


def is_seen_whole(name: str, owner_id: OwnerId, there: Mapping[str, int]) -> bool:
    """Return whether an edition is one of this book, and all of its sound is there; False where that cannot be seen.

    Args:
        name: Of the edition.
        owner_id: Whose book it is.
        there: Its files in a list of keys, with their sizes.
    """
    whose, _, rest = name.partition("-")
    seal = rest.partition("-")[2]
    return whose in map(owner_digest, owner_id.ids) and seal == _sound_digest(there)


def _sound_digest(files: Mapping[str, int]) -> str:
    """Return what the names end with of all editions that have the same files with sound, as large as these."""
    sound = sorted([name, size] for name, size in files.items() if is_sound(PurePosixPath(name)))
    return hashlib.sha256(json.dumps(sound).encode()).hexdigest()[:16]


class Editions:
    """The editions in a bucket. Every method raises ``BucketUnusable`` where that cannot be used.

    Args:
        objects: Of the library.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def at(self, folder: PurePosixPath) -> Edition | None:
        """Return the edition that is the book in a folder; None where there is none, or no marker of ours."""
        found = self._objects.read(_marker_key(folder))
        if found is None:
            return None
        data, stored = found
        text = data.decode(errors="replace")
        marker = parse_marker(text)
        if marker is None:
            return None
        name = json.loads(text).get(_EDITION)
        if not isinstance(name, str) or EDITION.fullmatch(name) is None:
            return None
        return Edition(folder, name, marker, stored.etag, stored.modified)

    def publish(self, edition: Edition, *, replacing: Edition | None = None) -> None:
        """Make an edition, all of whose files are written, the book in its folder.

        After any error but ``ChangedMeanwhile`` it may be the book, and may not: its files must stay.

        Raises:
            ChangedMeanwhile: Another one is there, or no longer the one that is to be replaced.
        """
        data = json.dumps({**asdict(edition.marker), _EDITION: edition.name}, ensure_ascii=False).encode()
        key = _marker_key(edition.folder)
        expected = None if replacing is None else replacing.tag
        for tries_left in reversed(range(_MOST_TRIES)):
            try:
                self._objects.write(key, data, replacing=expected, is_new=expected is None)
            except ChangedMeanwhile:
                there = self._objects.read(key)
                if there is not None and there[0] == data:
                    return  # it was written, the answer was lost, and the request was sent once more
                if tries_left == 0 or (None if there is None else there[1].etag) != expected:
                    raise
            else:
                return

    def copy(
        self, edition: Edition, folder: PurePosixPath, marker: Marker, check: Callable[[], None] = lambda: None
    ) -> Edition:
        """Copy all files of an edition into a new one, of another folder, that is not published; return that.

        Raises:
            GoneMeanwhile: It is no book any more, so that nobody knows whether all were still there.
        """
        made = new_edition(folder, marker)
        try:
            for name, stored in self.files(edition).items():
                with suppress(NoSuchObject):
                    self._objects.copy(stored.key, made.key(name), stored.size, check)
            # Its files are deleted after its marker: where that is there now, they were.
            there = self.at(edition.folder)
            if there is None or there.name != edition.name:
                raise GoneMeanwhile(self._objects.address)
        except BaseException:
            self.discard(made)
            raise
        return made

    def move(
        self, edition: Edition, folder: PurePosixPath, *, home: str | None, check: Callable[[], None] = lambda: None
    ) -> bool:
        """Move a book to another folder; return False where something has come there meanwhile.

        It is in both for a moment, and never in none.

        Raises:
            GoneMeanwhile: It is no book any more where it was.
        """
        made = self.copy(edition, folder, replace(edition.marker, home=home), check)
        try:
            self.publish(made)
        except ChangedMeanwhile:
            self.discard(made)
            return False
        self.remove(edition)
        return True

    def files(self, edition: Edition) -> Mapping[str, StoredObject]:
        """Return those of its files that are there, by their names."""
        cut = len(edition.prefix)
        found = {stored.key[cut:]: stored for stored in self._objects.below(edition.prefix)}
        return {name: stored for name, stored in found.items() if name in edition.marker.files}

    def is_whole(self, edition: Edition) -> bool:
        """Return whether all of its sound is there, as large as it was."""
        there = self.files(edition)
        return all(
            name in there and there[name].size == placed
            for name, placed in edition.marker.files.items()
            if is_sound(PurePosixPath(name))
        )

    def remove(self, edition: Edition) -> None:
        """Delete a book: first it is none any more, then its files go."""
        self._objects.delete([_marker_key(edition.folder)])
        self.discard(edition)

    def discard(self, edition: Edition) -> None:
        """Delete the files of an edition that is no book, or none any more; what stays is an orphan."""
        self._objects.delete([stored.key for stored in self._objects.below(edition.prefix)])


def _marker_key(folder: PurePosixPath) -> str:
    return f"{folder}/{MARKER}"
