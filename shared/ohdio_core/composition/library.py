"""The library of a process, with names as they are set now."""

from __future__ import annotations

from ohdio_core.db.session import Database
from ohdio_core.library import Library
from ohdio_core.library.known import open_library
from ohdio_core.live_settings import SettingsNow
from ohdio_core.settings import LibrarySettings


def library_now(database: Database, settings: SettingsNow[LibrarySettings]) -> Library:
    """Return the library that settings name; books are filed in it by the names that are set when they are."""
    return open_library(database, settings.given.library_dir, lambda: settings.now.book_names)
