from __future__ import annotations

import errno
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.book_names import book_folder
from ohdio_core.domain.naming import MAX_BYTES, part_name
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import PermanentError
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.library.name_limit import name_bytes
from ohdio_core.name_template import parse_names

TITLE = "Comment les goélands du vieux phare apprirent à lire, et ce que le village en dit pendant tout un hiver " * 2
BOOK = BookDetails(TITLE, authors=(TITLE,), parts=(Part(0, "m-1"),))
OWNER = OwnerId("rss:1")


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> int:
    """A file system whose names have at most 143 bytes, and which says so only when it is given a longer one."""
    longest = 143

    def refusing(call: Any) -> Any:
        def called(path: Any, *arguments: Any, **named: Any) -> Any:
            for each in (path, *arguments):
                if isinstance(each, str | os.PathLike) and any(
                    len(os.fsencode(name)) > longest for name in Path(each).parts
                ):
                    raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), str(each))
            return call(path, *arguments, **named)

        return called

    for name in ("lstat", "stat", "mkdir", "rename", "open"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name)))
    return longest


def test_an_ordinary_file_system_takes_as_much_as_ever(tmp_path: Path) -> None:
    assert name_bytes(tmp_path) == MAX_BYTES


def test_a_folder_that_is_not_there_is_thought_to_be_ordinary(tmp_path: Path) -> None:
    assert name_bytes(tmp_path / "gone") == MAX_BYTES


def test_a_short_limit_is_found_with_room_for_suffixes(tmp_path: Path, short: int) -> None:
    assert name_bytes(tmp_path) == short - 16


def test_a_limit_that_the_system_states_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "pathconf", lambda *_: 143)
    assert name_bytes(tmp_path) == 127


@pytest.mark.parametrize("start", ["name_bytes", "require_writable"])
def test_what_a_kill_leaves_of_a_trial_is_tidied_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    class Killed(BaseException):
        """The process ends here."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    library = FolderLibrary(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(os, "rmdir", die)
        patched.setattr("shutil.rmtree", die)
        with pytest.raises(Killed):
            getattr(library, start)()
    assert list(tmp_path.iterdir()) != []
    library.remove_leftovers(older_than=timedelta(seconds=-1))
    assert list(tmp_path.iterdir()) == []


def test_names_keep_to_a_limit() -> None:
    names = parse_names("{title}/{author}/{author} - {title}")
    for mark in (None, "(histoires-un-tres-long-nom-qui-distingue-ce-livre)"):
        folder = book_folder(names, BOOK, told_apart_by=mark, max_bytes=127)
        assert all(len(name.encode()) <= 127 for name in folder.parts)
    assert len(part_name(TITLE, 3, 12, TITLE, ".opus", max_bytes=127).encode()) <= 127


def test_a_book_with_long_names_is_filed_and_found_again(tmp_path: Path, short: int) -> None:
    root, staged = tmp_path / "library", tmp_path / "staged"
    root.mkdir()
    staged.mkdir()
    library = FolderLibrary(root)
    (staged / part_name(TITLE, 0, 1, None, ".mp3", max_bytes=library.name_bytes())).write_bytes(b"sound")
    folder = library.place(staged, BOOK, OWNER)
    assert all(len(name.encode()) <= short for name in folder.parts)
    assert library.find(BOOK, OWNER) == folder


def test_names_that_are_refused_all_the_same_do_not_wait_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, staged = tmp_path / "library", tmp_path / "staged"
    root.mkdir()
    staged.mkdir()
    (staged / "a.mp3").write_bytes(b"sound")

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))

    monkeypatch.setattr("ohdio_core.library.finished.put", refuse)
    with pytest.raises(PermanentError, match="takes no names as long as those of this book"):
        FolderLibrary(root).place(staged, BOOK, OWNER)
