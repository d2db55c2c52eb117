"""The library of a process, with names as they are set now, and what the database knows of it."""

from __future__ import annotations

from ohdio_core.composition.chosen_library import library_of
from ohdio_core.db.session import Database
from ohdio_core.library import Library
from ohdio_core.library.known import recall_at_start
from ohdio_core.library_settings import LibrarySettings
from ohdio_core.live_settings import SettingsNow


def library_now(database: Database, settings: SettingsNow[LibrarySettings], *, is_prompt: bool = False) -> Library:
    """Return the library that settings name; books are filed in it by the names that are set when they are.

    Args:
        database: Says what is known of it.
        settings: Where it is.
        is_prompt: People wait for it in front of pages.
    """
    library = library_of(settings.given, lambda: settings.now, is_prompt=is_prompt)
    recall_at_start(database, library)
    return library
