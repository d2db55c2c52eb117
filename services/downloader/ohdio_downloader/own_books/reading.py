"""Reading a folder: which books are in it, what is known of them, and which of them are known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from ohdio_core.collection.folder_imports import HadBook, KnownBook
from ohdio_core.domain.found_book import Verdict
from ohdio_core.library.filed import episodes_in
from ohdio_core.library.marker import read_marker
from ohdio_core.sentences import sentence
from ohdio_downloader.own_books.facts import BookFacts, merged, of_path, title_of_name
from ohdio_downloader.own_books.matching import KnownBooks
from ohdio_downloader.own_books.sidecars import read_sidecars
from ohdio_downloader.own_books.tags import TaggedFile, have_one_album, read_tags
from ohdio_downloader.own_books.walk import FoundFiles, require_there, unreadable_by_disk, walk

_SURE = frozenset({Verdict.HAVE, Verdict.KNOWN})


class FolderReading:
    """Reads one folder.

    Args:
        root: The folder.
        known: All books that are known.
        check: Called often; what it raises ends the reading.
        is_of_listing: Only books of one listing are known, so that a title and a length are enough; and files that look
            like one book may be episodes.
    """

    def __init__(
        self, root: Path, known: Iterable[KnownBook], *, check: Callable[[], None], is_of_listing: bool = False
    ) -> None:
        self._root = root
        self._is_of_listing = is_of_listing
        self._known = KnownBooks(known)
        self._check = check

    def books(self) -> Iterator[HadBook]:
        """Yield what was found.

        Raises:
            PermanentError: There are too many files.
            NeedsPerson: The disk or share of the folder has gone away.
        """
        for files in self._without_episodes(walk(self._root, have_one_album, self._check)):
            self._check()
            if files.problem is not None:
                require_there(self._root)
                yield self._refused(files)
            elif self._is_of_listing:
                yield from self._listed(files)
            else:
                yield self._book(files)

    def _without_episodes(self, every: Iterable[FoundFiles]) -> Iterator[FoundFiles]:
        """Yield the files of books; an episode that ohdio has filed is one, whatever else is in its show."""
        for files in every:
            owned = {
                path: filed.marker.owner
                for folder in {path.parent for path in files.sounds}
                for filed in episodes_in(folder)
                for path in files.sounds
                if path.parent == folder and path.name in filed.files()
            }
            if not owned:
                yield files
                continue
            yield from (replace(_alone(path, files), owner=owner) for path, owner in owned.items())
            if left := [path for path in files.sounds if path not in owned]:
                yield FoundFiles(files.place, left, files.others) if len(left) > 1 else _alone(left[0], files)

    def _listed(self, files: FoundFiles) -> Iterator[HadBook]:
        """Yield a book of the listing, or its episodes, each a file."""
        whole = self._book(files)
        if whole.verdict in _SURE:
            yield whole
            return
        episodes = [(_alone(path, files), self._episode(path)) for path in files.sounds]
        if not any(found for _, found in episodes):
            yield whole
            return
        for alone, found in episodes:
            yield self._book(alone) if found is None else found

    def _episode(self, path: Path) -> HadBook | None:
        """Return what a file is by its own title and its length; None where nothing of the listing has that title."""
        tagged = self._tags(path)
        if tagged is None:
            return None
        for title in dict.fromkeys(filter(None, (tagged.title, title_of_name(path.stem)))):
            match = self._known.match(BookFacts(title=title), tagged.seconds)
            if match.book is not None:
                facts = BookFacts(title=title, authors=tagged.facts.authors)
                found = self._found(FoundFiles(path, [path]), match.verdict, facts, tagged.seconds)
                return found.as_match(match.book.id, match.reason)
        return None

    def _book(self, files: FoundFiles) -> HadBook:
        tagged = [self._tags(path) for path in files.sounds]
        heard = [each for each in tagged if each is not None]
        facts = merged(self._facts(files, heard))
        lengths = [each.seconds if each is not None else None for each in tagged]
        seconds = None if None in lengths else math.fsum(filter(None, lengths))
        if len(heard) < len(files.sounds):
            unread = next(path for path, each in zip(files.sounds, tagged, strict=True) if each is None)
            require_there(self._root)
            said = unreadable_by_disk(unread) or sentence(
                "own.no_sound", "{file} is no sound that can be read.", file=unread.name
            )
            return self._found(files, Verdict.REFUSED, facts, seconds).with_reason(said)
        match = self._known.match(facts, seconds)
        found = self._found(files, match.verdict, facts, seconds)
        return found.as_match(None if match.book is None else match.book.id, match.reason)

    def _facts(self, files: FoundFiles, heard: Sequence[TaggedFile]) -> Iterator[BookFacts]:
        marker = read_marker(files.place) if files.is_folder else None
        yield BookFacts(owner=files.owner if marker is None else marker.owner)
        yield from read_sidecars(files.others)
        if heard:
            first = heard[0]
            # Of one of several files, the title is that of a part.
            yield first.facts if len(files.sounds) == 1 or first.album else BookFacts(authors=first.facts.authors)
        yield of_path(files.place, self._root, is_folder=files.is_folder)

    def _tags(self, path: Path) -> TaggedFile | None:
        self._check()
        return read_tags(path)

    def _refused(self, files: FoundFiles) -> HadBook:
        return self._found(files, Verdict.REFUSED, BookFacts(), None).with_reason(files.problem)

    def _found(self, files: FoundFiles, verdict: Verdict, facts: BookFacts, seconds: float | None) -> HadBook:
        return HadBook(
            place=self._below(files.place),
            verdict=verdict,
            title=facts.title,
            authors=facts.authors,
            seconds=seconds,
            bytes=sum(path.stat().st_size for path in files.sounds),
            files=[self._below(path) for path in files.sounds],
            others=[self._below(path) for path in files.others],
            facts={name: value for name, value in asdict(facts).items() if value},
        )

    def _below(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


def _alone(path: Path, files: FoundFiles) -> FoundFiles:
    """Return one of several files as a book of its own, with what lies beside it under its name."""
    return FoundFiles(path, [path], [other for other in files.others if other.stem == path.stem])
