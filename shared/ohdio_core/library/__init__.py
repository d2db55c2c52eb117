"""The library: finished books in their folders, put there whole or not at all, and found again."""

from __future__ import annotations

from ohdio_core.library.protocol import (
    FolderSound,
    Library,
    LibraryFile,
    Naming,
    PlannedMove,
    Sounds,
    Trash,
    TrashedFolder,
)

__all__ = [
    "FolderSound",
    "Library",
    "LibraryFile",
    "Naming",
    "PlannedMove",
    "Sounds",
    "Trash",
    "TrashedFolder",
]
