"""The library of a process, with names as they are set now, and the folders that it needs beside it."""

from __future__ import annotations

from pathlib import Path

from ohdio_core.current import Current
from ohdio_core.db.session import Database
from ohdio_core.download_settings import DownloadSettings
from ohdio_core.library import Library
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.library.known import recall_at_start
from ohdio_core.library_settings import LibrarySettings
from ohdio_core.live_settings import SettingsNow
from ohdio_core.settings import require_writable


def library_of(
    settings: LibrarySettings,
    now: Current[LibrarySettings] | None = None,
) -> Library:
    """Return the library that settings name, without what a database knows of it.

    Args:
        settings: Where it is.
        now: Returns them as they are when something is filed; they stay as they are where nothing else is said.
    """
    said = now or (lambda: settings)
    return FolderLibrary(settings.library_dir, lambda: said().book_names, lambda: said().show_names)


def library_now(database: Database, settings: SettingsNow[LibrarySettings]) -> Library:
    """Return the library that settings name; books are filed in it by the names that are set when they are."""
    library = library_of(settings.given, lambda: settings.now)
    recall_at_start(database, library)
    return library


def require_library(settings: LibrarySettings, variable: str = "LIBRARY_DIR") -> None:
    """Return if books can be put into the library that settings name, as far as can be told by now.

    Args:
        settings: Where it is.
        variable: What the person called it who chose it.

    Raises:
        InvalidSettings: They cannot; the sentence names the variable.
    """
    require_writable(settings.library_dir, variable)


def work_dir_of(downloads: DownloadSettings, filing: LibrarySettings) -> Path:
    """Return where unfinished books are kept."""
    return downloads.work_dir or filing.library_dir / ".ohdio-work"
