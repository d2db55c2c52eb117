"""The services of what is done with the library as a whole."""

from __future__ import annotations

from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.audiobooks.several import SeveralBooks
from ohdio_api.conversions.service import ConversionService
from ohdio_api.folder_imports.service import FolderImportService
from ohdio_api.library.renames import RenameService
from ohdio_api.library.service import LibraryService
from ohdio_api.trash.forms import ReplacedFormService
from ohdio_api.trash.service import TrashService
from ohdio_api.verification.service import VerificationService
from ohdio_core.db.session import Database
from ohdio_core.library import Library
from ohdio_core.sources.registry import SourceRegistry


def services_of_library(
    database: Database,
    registry: SourceRegistry,
    library: Library,
    audiobooks: AudiobookService,
    several: SeveralBooks,
) -> tuple[object, ...]:
    """Return them all, made of the same parts."""
    return (
        LibraryService(database, registry, library, audiobooks),
        RenameService(database, library),
        TrashService(database, library),
        ReplacedFormService(database, library),
        ConversionService(database),
        VerificationService(database, several),
        FolderImportService(database),
    )
