"""A finished book on its way into the library: into a folder of its own, or among the episodes of its show."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.formats import is_sound
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.disk import sizes, sync_tree
from ohdio_core.library.episodes import names_of_episode
from ohdio_core.library.filed import Filed
from ohdio_core.library.filing import ArrivingEpisode, put, put_among_others
from ohdio_core.library.marker import Marker, write_marker
from ohdio_core.library.names import facts_of


@dataclass(frozen=True, slots=True)
class FinishedBook:
    """What is to be filed, and for whom."""

    owner_id: OwnerId
    marker: Marker  #: with the names of its files as they are now

    def for_place(self, folder: PurePosixPath, home: str | None, now: Filed | None) -> MarkedBook:
        """Return it with the marker that it has in a place.

        Args:
            folder: The place.
            home: That ohdio chose for it.
            now: What is filed of it there already: a name that people have given its sound stays.
        """
        marker = replace(self.marker, home=home)
        if not marker.is_episode:
            return MarkedBook(self.owner_id, folder, marker, {})
        was = now.place.name if now is not None and now.is_episode else None
        named = names_of_episode(folder.name, marker.files, was)
        if now is not None and was == folder.name:
            named = _named_in_its_place(now, named, marker.files)
        files = {name: marker.files[came_as] for name, came_as in named.items()}
        media = {name: marker.media[came_as] for name, came_as in named.items() if came_as in marker.media}
        return MarkedBook(self.owner_id, folder, replace(marker, files=files, media=media), named)


def _named_in_its_place(now: Filed, named: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """Return what the files of an episode are called that replaces itself, by what they are called now.

    Where its sound comes from the library, names stay. A picture or a text whose name people have used is left out.

    Args:
        now: What is replaced.
        named: As its place names them.
        names: Of all its files.
    """
    sound = next(name for name in names if is_sound(PurePosixPath(name)))
    ours = now.files()
    kept = {name: name for name in names if name in ours} if sound in ours else {}
    new = {name: came_as for name, came_as in named.items() if came_as not in kept and name not in kept}
    is_taken = {name: name not in ours and os.path.lexists(now.directory / name) for name in new}
    return kept | {name: came_as for name, came_as in new.items() if came_as == sound or not is_taken[name]}


@dataclass(frozen=True, slots=True)
class MarkedBook:
    """A finished book for one place."""

    owner_id: OwnerId
    folder: PurePosixPath
    marker: Marker
    named: Mapping[str, str]  #: what the files of an episode are called now, by what they are called there

    def prepare(self, incoming: Path) -> None:
        """Write everything to the disk before the book becomes visible.

        Raises:
            OSError: It cannot be written.
        """
        if not self.marker.is_episode:
            write_marker(incoming, self.marker)
        sync_tree(incoming)

    def put(self, root: Path, incoming: Path, *, keeps_old: bool) -> bool:
        """Put it into its place; return False where that is another's.

        Raises:
            OSError: The library cannot be written.
        """
        if self.marker.is_episode:
            arriving = ArrivingEpisode(incoming, self.marker, self.named)
            return put_among_others(root, arriving, self.folder, self.owner_id, keeps_old=keeps_old) is not None
        return put(root, incoming, self.folder, self.owner_id, keeps_old=keeps_old) is not None


def finished_book(
    staged: Path, details: BookDetails, owner_id: OwnerId, seconds: float | None, media: Mapping[str, str]
) -> FinishedBook:
    """Return what is to be filed of a book; where not one file alone has sound, it is no episode."""
    files = sizes(staged)
    is_episode = details.is_episode and sum(is_sound(PurePosixPath(name)) for name in files) == 1
    facts = dict(facts_of(details))
    marker = Marker(owner_id.current, len(details.parts), files, seconds, dict(media), facts, is_episode=is_episode)
    return FinishedBook(owner_id, marker)
