"""The services that views take as arguments."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from ohdio_api.accounts.service import AccountService
from ohdio_api.audiobooks.facets import FacetService
from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.audiobooks.several import SeveralBooks
from ohdio_api.audiobooks.shelf import Shelf
from ohdio_api.authentication.throttle import Throttle
from ohdio_api.conversions.service import ConversionService
from ohdio_api.folder_imports.service import FolderImportService
from ohdio_api.follows.service import FollowService
from ohdio_api.health.report import HealthReporter
from ohdio_api.history.service import HistoryService
from ohdio_api.library.service import LibraryService
from ohdio_api.listeners.caller import listener_of
from ohdio_api.live_settings.service import SettingsService
from ohdio_api.overview import Overview
from ohdio_api.positions.service import PositionService
from ohdio_api.provide import given
from ohdio_api.queue.failures import FailureService
from ohdio_api.queue.service import QueueService
from ohdio_api.scrapes.service import ScrapeService
from ohdio_api.trash.forms import ReplacedFormService
from ohdio_api.trash.service import TrashService
from ohdio_api.verification.service import VerificationService
from ohdio_api.web.pages import Pages
from ohdio_api.workers.service import WorkerService


def read_overview(queue: Annotated[QueueService, Depends(given(QueueService))]) -> Overview:
    """Read the whole in numbers: once a request, however many ask for it."""
    return queue.overview()


Accounts = Annotated[AccountService, Depends(given(AccountService))]
Audiobooks = Annotated[AudiobookService, Depends(given(AudiobookService))]
BookShelf = Annotated[Shelf, Depends(given(Shelf))]
Converting = Annotated[ConversionService, Depends(given(ConversionService))]
Facets = Annotated[FacetService, Depends(given(FacetService))]
Importing = Annotated[FolderImportService, Depends(given(FolderImportService))]
Failures = Annotated[FailureService, Depends(given(FailureService))]
Missing = Annotated[LibraryService, Depends(given(LibraryService))]
Follows = Annotated[FollowService, Depends(given(FollowService))]
Positions = Annotated[PositionService, Depends(given(PositionService))]
Health = Annotated[HealthReporter, Depends(given(HealthReporter))]
Queue = Annotated[QueueService, Depends(given(QueueService))]
SomeBooks = Annotated[SeveralBooks, Depends(given(SeveralBooks))]
Scrapes = Annotated[ScrapeService, Depends(given(ScrapeService))]
Settings = Annotated[SettingsService, Depends(given(SettingsService))]
TheHistory = Annotated[HistoryService, Depends(given(HistoryService))]
#: The id of that of whoever reads the page.
TheListener = Annotated[int, Depends(listener_of)]
TheOverview = Annotated[Overview, Depends(read_overview)]
ThePages = Annotated[Pages, Depends(given(Pages))]
TheThrottle = Annotated[Throttle, Depends(given(Throttle))]
Replaced = Annotated[ReplacedFormService, Depends(given(ReplacedFormService))]
Trash = Annotated[TrashService, Depends(given(TrashService))]
Verifying = Annotated[VerificationService, Depends(given(VerificationService))]
Workers = Annotated[WorkerService, Depends(given(WorkerService))]
