"""The routes of the API, in the order in which its document lists them."""

from __future__ import annotations

from ohdio_api.accounts.endpoints import router as accounts_router
from ohdio_api.audiobooks.downloads import router as downloads_router
from ohdio_api.audiobooks.endpoints import router as audiobooks_router
from ohdio_api.catalogues.endpoints import router as catalogues_router
from ohdio_api.conversions.endpoints import router as conversions_router
from ohdio_api.events.endpoints import router as events_router
from ohdio_api.folder_imports.endpoints import router as folder_imports_router
from ohdio_api.follows.endpoints import router as follows_router
from ohdio_api.follows.endpoints import subscriptions as subscriptions_router
from ohdio_api.health.endpoints import about_router
from ohdio_api.history.endpoints import router as history_router
from ohdio_api.imports.endpoints import router as imports_router
from ohdio_api.library.endpoints import router as library_router
from ohdio_api.listeners.endpoints import router as listeners_router
from ohdio_api.listening_feeds.endpoints import router as feeds_router
from ohdio_api.live_settings.endpoints import router as settings_router
from ohdio_api.portable.endpoints import router as portable_router
from ohdio_api.positions.endpoints import router as positions_router
from ohdio_api.previews.endpoints import router as previews_router
from ohdio_api.queue.endpoints import router as queue_router
from ohdio_api.repairs.endpoints import router as repairs_router
from ohdio_api.scrapes.endpoints import router as scrapes_router
from ohdio_api.submissions.endpoints import router as submissions_router
from ohdio_api.telling.endpoints import router as channels_router
from ohdio_api.trash.endpoints import router as trash_router
from ohdio_api.verification.endpoints import router as verification_router
from ohdio_api.workers.endpoints import router as workers_router

API_ROUTERS = (
    submissions_router,
    imports_router,
    previews_router,
    catalogues_router,
    repairs_router,
    scrapes_router,
    follows_router,
    subscriptions_router,
    queue_router,
    audiobooks_router,
    conversions_router,
    trash_router,
    library_router,
    verification_router,
    folder_imports_router,
    workers_router,
    about_router,
    settings_router,
    downloads_router,
    listeners_router,
    positions_router,
    feeds_router,
    portable_router,
    channels_router,
    accounts_router,
    history_router,
    events_router,
)
