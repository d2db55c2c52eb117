"""What watchers are told of folders that are taken in."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_api.events.projection import Projection, Value
from ohdio_api.folder_imports.service import FolderImportService
from ohdio_core.collection.folder_imports import IMPORTS
from ohdio_core.schemas.folder_imports import FolderImportState

_INTERVAL = 3.0  # its page has a row a book, a thousand at most, and is read anew each time


def folder_import_events(imports: FolderImportService) -> Sequence[Projection]:
    """Return what is told while a folder is read, or taken in."""
    return (
        Value(
            "folder_import",
            FolderImportState,
            imports.state,
            frozenset({IMPORTS}),
            interval=_INTERVAL,
            is_looked_at=True,
            is_of_managers=True,
        ),
    )
