"""A disk that takes no notice of capitals, as macOS, Windows and USB sticks have them: names are found in any."""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ohdio_core.library import naming_files

Act = Callable[..., Any]
_OF_ONE_PATH = ("stat", "lstat", "open", "unlink", "rmdir", "mkdir", "scandir", "listdir", "utime")


class DiskWithoutCapitals:
    """What the system does to files, for all that is below a directory, as such a disk does it.

    Args:
        root: The directory.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stat, self._lstat, self._listdir = os.stat, os.lstat, os.listdir

    def put_in_place(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put it in the place of what the system does, for everything that reads and writes files."""
        for name in _OF_ONE_PATH:
            monkeypatch.setattr(os, name, self._found(getattr(os, name), 1))
        monkeypatch.setattr(os, "link", self._found(os.link, 2))
        for name in ("rename", "replace"):
            monkeypatch.setattr(os, name, self._renamed(getattr(os, name), replaces=True))
        renamed = self._renamed(naming_files._rename_to_new, replaces=False)
        monkeypatch.setattr(naming_files, "_rename_to_new", renamed)
        for module in (builtins, io):
            monkeypatch.setattr(module, "open", self._found(builtins.open, 1))

    def _found(self, act: Act, paths: int) -> Act:
        return lambda *given, **named: act(*map(self._spelled, given[:paths]), *given[paths:], **named)

    def _renamed(self, act: Act, *, replaces: bool) -> Act:
        def rename(source: Any, target: Any, **named: Any) -> Any:
            source, there = self._spelled(source), self._spelled(target)
            if self._is_there(there) and os.path.samestat(self._stat(source), self._stat(there)):
                if replaces:
                    return None  # it is one file, so that nothing is done
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
            return act(source, there, **named)

        return rename

    def _spelled(self, path: Any) -> Any:
        """Return a path with the names that its folders and files have, as far as they are there."""
        if not isinstance(path, str | os.PathLike) or not Path(path).is_relative_to(self._root):
            return path
        real = str(self._root)
        for name in Path(path).relative_to(self._root).parts:
            is_found = self._is_there(f"{real}/{name}") or not self._is_there(real)
            others = () if is_found else self._listdir(real)
            real = f"{real}/{next((each for each in others if each.casefold() == name.casefold()), name)}"
        return real

    def _is_there(self, path: str) -> bool:
        try:
            self._lstat(path)
        except OSError:
            return False
        return True
