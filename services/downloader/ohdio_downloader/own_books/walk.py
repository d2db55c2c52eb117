"""Which files of a folder are one book: those of a folder, with its folders of discs, or a file alone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ohdio_core.domain.formats import is_sound
from ohdio_core.domain.natural_order import natural_order
from ohdio_core.errors import NeedsPerson, PermanentError
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import Sentence, sentence
from ohdio_downloader.disk import is_gone, require_readable

MOST_FILES = 100_000
_DEEPEST = 12  # folders in folders
_DISC = re.compile(r"(?:cd|disc|disk|disque|part|partie|vol|volume)[ ._-]*\d{1,3}", re.IGNORECASE)
#: A number at one end of a name, as parts have it: "01 - Title", "Title 01", "Title (1 of 12)", "Chapter 3".
_PART_NUMBER = re.compile(
    r"^\d{1,4}(?!\d)(?:\s*[-._)]|\s|$)|(?:^|[\s._(-])(?:of\s*)?\d{1,4}\)?$|^(?:part|partie|chapter|chapitre|track|piste)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """Files that seem to be one book."""

    place: Path  #: the folder, or the file that is alone
    sounds: Sequence[Path]  #: in listening order
    others: Sequence[Path] = ()  #: that lie beside them; none where the folder has other books, too
    problem: Sentence | None = None  #: why they cannot be taken
    owner: str | None = None  #: of an episode that ohdio has filed there

    @property
    def is_folder(self) -> bool:
        """Return whether they have a folder of their own."""
        return self.place not in self.sounds


def walk(
    root: Path, has_one_album: Callable[[Sequence[Path]], bool], check: Callable[[], None]
) -> Iterator[FoundFiles]:
    """Yield what seem to be books below a folder, and what cannot be read.

    Links are not followed: they lead to what is somewhere else as well, or out of the folder.

    Args:
        has_one_album: Returns whether files say that they are of one book.
        check: Called often; what it raises ends the walk.

    Raises:
        PermanentError: There are too many files.
    """
    walking = _Walking(check)
    yield from walking.folder(root, has_one_album, 0)


def require_there(root: Path) -> None:
    """Return unless a folder is on a disk or share that has gone away, so that nothing in it is to blame.

    Raises:
        NeedsPerson: It is; it goes on once that is back.
    """
    try:
        with os.scandir(root) as entries:
            next(entries, None)
    except OSError as error:
        if is_gone(error):
            raise NeedsPerson(_unreadable(root, error)) from error


def unreadable_by_disk(path: Path) -> Sentence | None:
    """Return what to say of a file that its disk cannot read; None of one that it reads to its end."""
    try:
        require_readable(path)
    except OSError as error:
        return _unreadable(path, error)
    return None


class _Walking:
    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check
        self._files = 0

    def folder(self, folder: Path, has_one_album: Callable[[Sequence[Path]], bool], depth: int) -> Iterator[FoundFiles]:
        self._check()
        try:
            files, folders, problems = self._entries(folder)
        except OSError as error:
            yield FoundFiles(folder, (), problem=_unreadable(folder, error))
            return
        yield from problems
        sounds = [path for path in files if is_sound(path)]
        others = [path for path in files if path not in set(sounds)]
        discs = [each for each in folders if _DISC.fullmatch(each.name)]
        of_discs = [] if sounds else self._of_discs(discs)
        if of_discs:
            yield FoundFiles(folder, of_discs, others)
            folders = [each for each in folders if each not in discs]
        elif sounds:
            yield from _books_of(folder, sounds, others, is_one=_is_one(sounds, others, has_one_album, depth))
        if depth >= _DEEPEST:
            return
        for each in folders:
            yield from self.folder(each, has_one_album, depth + 1)

    def _of_discs(self, discs: Sequence[Path]) -> list[Path]:
        """Return the sound of folders that are discs of one book, in order; none where they hold more than sound."""
        found: list[Path] = []
        for disc in discs:
            try:
                files, folders, _ = self._entries(disc)
            except OSError:
                return []
            if folders:
                return []
            found += [path for path in files if is_sound(path)]
        return found

    def _entries(self, folder: Path) -> tuple[list[Path], list[Path], list[FoundFiles]]:
        """Return the files, the folders, and what is neither, of a folder; hidden ones are the system's or ours."""
        files, folders, problems = [], [], []
        with os.scandir(folder) as entries:
            found = sorted(
                (entry for entry in entries if not entry.name.startswith(".")), key=lambda one: natural_order(one.name)
            )
        for entry in found:
            path = folder / entry.name
            if not _is_text(entry.name):
                problems.append(FoundFiles(folder, (), problem=_no_text(folder)))
            elif entry.is_symlink():
                problems.append(FoundFiles(path, (), problem=_is_link(path)))
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif entry.is_file(follow_symlinks=False):
                files.append(path)
        self._files += len(files)
        if self._files > MOST_FILES:
            raise PermanentError(
                sentence(
                    "own.too_many_files",
                    "There are more than {most} files in it: name a folder within.",
                    most=MOST_FILES,
                )
            )
        return files, folders, problems


def _books_of(folder: Path, sounds: Sequence[Path], others: Sequence[Path], *, is_one: bool) -> Iterator[FoundFiles]:
    if is_one:
        yield FoundFiles(folder, sounds, others)
        return
    for sound in sounds:
        yield FoundFiles(sound, [sound], [path for path in others if path.stem == sound.stem])


def _is_one(
    sounds: Sequence[Path], others: Sequence[Path], has_one_album: Callable[[Sequence[Path]], bool], depth: int
) -> bool:
    """Return whether all sound of a folder is one book."""
    if depth > 0 and (len(sounds) == 1 or any(path.name.lower() in _OF_ONE_BOOK for path in others)):
        return True
    return len(sounds) > 1 and (has_one_album(sounds) or all(_PART_NUMBER.search(path.stem) for path in sounds))


_OF_ONE_BOOK = frozenset({"metadata.opf", "metadata.json", "desc.txt", "reader.txt"})


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return name.isprintable()


def _unreadable(path: Path, error: OSError) -> Sentence:
    return sentence(
        "own.unreadable", "{path} cannot be read: {reason}.", path=str(path), reason=reason_in_sentence(error)
    )


def _no_text(folder: Path) -> Sentence:
    return sentence(
        "own.name", "{folder} has a file whose name is no text that can be shown; rename it.", folder=str(folder)
    )


def _is_link(path: Path) -> Sentence:
    return sentence("own.link", "{path} is a link, which is not followed.", path=str(path))
