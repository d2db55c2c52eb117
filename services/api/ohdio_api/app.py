"""The composition root of the API: ``python -m ohdio_api.app``."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from importlib.metadata import version

import structlog
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from ohdio_api import failures
from ohdio_api.accounts.known import ACCOUNTS, KnownAccounts
from ohdio_api.accounts.service import AccountService
from ohdio_api.audiobooks.events import audiobook_events
from ohdio_api.audiobooks.facets import FacetService
from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.audiobooks.several import SeveralBooks
from ohdio_api.audiobooks.shelf import Shelf
from ohdio_api.audiobooks.trace import TraceService
from ohdio_api.authentication import Authentication, Sessions
from ohdio_api.authentication.throttle import Throttle
from ohdio_api.authentication.ways import TrustedProxy
from ohdio_api.catalogues.service import CatalogueService
from ohdio_api.collection_pauses import shorten_pauses
from ohdio_api.conversions.events import conversion_events
from ohdio_api.conversions.service import ConversionService
from ohdio_api.entrance import open_address, token_of
from ohdio_api.events.changes import ChangeFeed
from ohdio_api.events.hub import EventHub
from ohdio_api.first_visit import first_code
from ohdio_api.folder_imports.events import folder_import_events
from ohdio_api.folder_imports.service import FolderImportService
from ohdio_api.follows.events import follow_events
from ohdio_api.follows.service import FollowService
from ohdio_api.guards import BoundedBody, SameSiteOnly, WithoutBlanks
from ohdio_api.health.endpoints import metrics_router
from ohdio_api.health.endpoints import router as health_router
from ohdio_api.health.events import health_events, health_snapshot
from ohdio_api.health.metrics import CountRequests, Metrics
from ohdio_api.health.report import HealthReporter
from ohdio_api.health.service import HealthService
from ohdio_api.history.service import HistoryService
from ohdio_api.library_services import services_of_library
from ohdio_api.listeners.service import ListenerService
from ohdio_api.listening_feeds.apps import router as heard_router
from ohdio_api.listening_feeds.books import FeedBooks
from ohdio_api.listening_feeds.service import FeedService
from ohdio_api.live_settings.events import settings_events
from ohdio_api.live_settings.service import SettingsService
from ohdio_api.openapi import COMMON_PROBLEMS, DocumentedApp
from ohdio_api.portable.endpoints import LARGEST as LARGEST_DOCUMENT
from ohdio_api.portable.giving import GivingService
from ohdio_api.portable.taking import TakingService
from ohdio_api.positions.service import PositionService
from ohdio_api.previews.service import PreviewService
from ohdio_api.provide import provide
from ohdio_api.proxies import TrustedProxies
from ohdio_api.public_address import BelowPath, PublicAddress
from ohdio_api.queue.events import queue_events, queue_snapshot
from ohdio_api.queue.failures import FailureService
from ohdio_api.queue.service import QueueService
from ohdio_api.repairs.service import RepairService
from ohdio_api.routers import API_ROUTERS
from ohdio_api.scrapes.events import scrape_events, scrape_snapshot
from ohdio_api.scrapes.service import ScrapeService
from ohdio_api.server import ApiServer
from ohdio_api.settings import ApiSettings, TellingSettings
from ohdio_api.sites import site_clients
from ohdio_api.submissions.service import SubmissionService
from ohdio_api.telling.channels import ChannelService
from ohdio_api.telling.endpoints import hooks
from ohdio_api.telling.quiet import QuietHours
from ohdio_api.telling.teller import Teller
from ohdio_api.verification.events import verification_events
from ohdio_api.verification.service import VerificationService
from ohdio_api.web import routers as page_routers
from ohdio_api.web.assets import Assets
from ohdio_api.web.pages import Pages
from ohdio_api.web.shell.health import HealthOfPages
from ohdio_api.workers.service import WorkerService
from ohdio_core.arenas import share_arenas
from ohdio_core.composition.chosen_library import require_library
from ohdio_core.composition.engine import most_per_site, timing_of
from ohdio_core.composition.http import client_settings_now
from ohdio_core.composition.library import library_now
from ohdio_core.db.follower import Follower
from ohdio_core.download_settings import DownloadSettings
from ohdio_core.errors import NeedsPerson
from ohdio_core.library import Library
from ohdio_core.live_settings import SettingsNow, fixed_by_environment, settings_of
from ohdio_core.logging import configure_logging, set_log_level
from ohdio_core.messaging.rabbitmq import prepare_rabbitmq, rabbitmq_broker
from ohdio_core.process import Node, log_life, metrics_server
from ohdio_core.settings import (
    DescribingSettings,
    FollowSettings,
    InvalidSettings,
    ScrapingSettings,
    exit_with,
    settings_or_exit,
)
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.private import PrivateSource
from ohdio_core.sources.registry import SourceRegistry, offered
from ohdio_core.time_zone import follow_time_zone
from ohdio_core.vault import SecretKeys

log = structlog.get_logger(__name__)

_MAX_BODY = 1024 * 1024
_POOL = 20  # connections; as many requests can be in the database at once


def create_app(
    node: Node,
    registry: SourceRegistry,
    library: Library,
    clients: HttpClientFactory,
    *,
    host: str,
    api_token: str | None,
    database_url: str,
    proxies: TrustedProxies | None = None,
    public_url: str | None = None,
) -> FastAPI:
    """Put the app together on a node, which its owner starts and ends.

    Args:
        clients: For previews and searches; closed when the app ends.
        host: What it listens on, as a person chose it.
        api_token: What clients must send; None lets in everybody who reaches it under a name of this machine.
        database_url: For the connection that listens to changes.
        proxies: Those that tell who somebody is.
        public_url: By which others reach it, where a person has said so; everything is below its path.
    """
    address = PublicAddress.of(public_url)
    queue = QueueService(node.database, library, node.timing)
    scrapes = ScrapeService(node.database, registry, node.timing)
    audiobooks = AudiobookService(node.database, registry, library)
    follows = FollowService(node.database, registry, node.vault, library)
    workers = WorkerService(node.database, node.timing)
    listeners = ListenerService(node.database)
    health = HealthReporter(node.database, library, node.timing, lambda: node.publisher.is_refused)
    settings = _settings_service(node)
    several = SeveralBooks(audiobooks)
    hub = EventHub(
        ChangeFeed(database_url),
        [
            *queue_events(queue),
            *scrape_events(scrapes),
            *follow_events(follows),
            *audiobook_events(audiobooks),
            *conversion_events(ConversionService(node.database)),
            *verification_events(VerificationService(node.database, several)),
            *folder_import_events(FolderImportService(node.database)),
            *health_events(health),
            *settings_events(settings),
        ],
        [*queue_snapshot(queue), *scrape_snapshot(scrapes), *health_snapshot(health)],
    )
    metrics = Metrics(queue, workers, is_broker_there=lambda: not node.publisher.is_refused)
    known = KnownAccounts(node.database, hub.watchers.end_soon)
    accounts = AccountService(node.database, known)
    sessions = Sessions(api_token, known, accounts)
    trusted = proxies or TrustedProxies([], "")
    authentication = Authentication(api_token, host, sessions, *([TrustedProxy(trusted, known)] if trusted else []))
    follower = Follower(database_url, ACCOUNTS, known.read)
    teller = _teller(node)
    assets = Assets()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        hub.start()
        await run_in_threadpool(follower.start)
        await run_in_threadpool(_renew_secrets, node)
        teller.start()
        if api_token is not None and not accounts.is_anybody_known:
            log.info("nobody has set a password; the first visit is asked for this code", code=first_code(api_token))
        yield
        hub.end_streams()
        await run_in_threadpool(teller.end)
        await run_in_threadpool(follower.end)
        await run_in_threadpool(hub.end)
        await run_in_threadpool(clients.close)

    app = DocumentedApp(
        title="ohdio",
        version=version("ohdio-api"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        lifespan=lifespan,
    )
    provide(
        app,
        queue,
        scrapes,
        follows,
        audiobooks,
        workers,
        hub,
        metrics,
        Shelf(node.database, library),
        FacetService(node.database),
        FailureService(node.database),
        TraceService(node.database, node.timing),
        *services_of_library(node.database, registry, library, audiobooks, several),
        several,
        SubmissionService(node.database, registry, library),
        PreviewService(node.database, registry, clients),
        CatalogueService(node.database, registry, clients),
        RepairService(node.database, registry),
        HealthService(node.database),
        settings,
        listeners,
        FeedService(node.database, listeners),
        FeedBooks(node.database, library),
        address,
        ChannelService(node.database, node.vault, teller.wake),
        GivingService(node.database, follows, settings),
        TakingService(node.database, registry, follows, listeners, settings),
        PositionService(node.database),
        HistoryService(node.database),
        health,
        registry,
        accounts,
        sessions,
        trusted,
        Throttle(),
        assets,
        Pages(assets, HealthOfPages(health, queue).shown),
    )
    api = APIRouter(prefix="/api/v1", responses=COMMON_PROBLEMS, max_body_size=_MAX_BODY)
    for router in API_ROUTERS:
        api.include_router(router)
    first_pages, other_pages, open_pages = map(
        _pages_of, (page_routers.FIRST, page_routers.PROTECTED, page_routers.OPEN)
    )
    for router in (first_pages, api, metrics_router, other_pages):
        app.include_router(
            router, dependencies=[Depends(authentication.dependency)], responses={**authentication.responses}
        )
    for router in (health_router, heard_router, open_pages):
        app.include_router(router)
    app.webhooks.include_router(hooks)
    failures.install(app)
    # The one added last sees a request first.
    _guard(app, address)
    authentication.install(app, failures.answer)
    app.add_middleware(CountRequests, counter=metrics.requests)
    app.add_middleware(BelowPath, path=address.path)
    return app


def _pages_of(routers: Iterable[APIRouter]) -> APIRouter:
    """Return the pages of several routers as one, none of which takes more than they may."""
    pages = APIRouter(max_body_size=_MAX_BODY)
    for router in routers:
        pages.include_router(router)
    return pages


def _guard(app: FastAPI, address: PublicAddress) -> None:
    app.add_middleware(WithoutBlanks)
    app.add_middleware(BoundedBody, max_bytes=_MAX_BODY, of_documents=LARGEST_DOCUMENT)
    app.add_middleware(SameSiteOnly, known_as=address.host)


def _renew_secrets(node: Node) -> None:
    """Encrypt what is plain, and what has an older key; what cannot be now is said where it is used."""
    with suppress(NeedsPerson, SQLAlchemyError):
        if renewed := node.vault.renew():
            log.info("secrets are encrypted anew", texts=renewed)


def _teller(node: Node) -> Teller:
    """Return what tells people, programs and players what becomes of books."""

    def telling() -> TellingSettings:
        now = node.settings.now
        assert isinstance(now, TellingSettings)
        return now

    return Teller(
        node.database,
        node.vault,
        lambda: timedelta(minutes=telling().digest_minutes),
        lambda: QuietHours.of(telling().quiet_hours),
    )


def _settings_service(node: Node) -> SettingsService:
    """Return the service of the settings that this process and all others read."""
    given = node.settings.given
    every = settings_of(type(given), ScrapingSettings, FollowSettings, DescribingSettings, DownloadSettings)
    return SettingsService(node.database, every, fixed_by_environment(given), node.timing)


def main() -> None:
    """Serve until SIGTERM. Ends with code 2, and one line that names the setting, when something is missing."""
    share_arenas()
    settings = settings_or_exit(ApiSettings)
    current = SettingsNow(settings)
    configure_logging(level=settings.log_level, as_json=settings.log_json)
    settings.apply_umask()
    current.watch(lambda: set_log_level(current.now.log_level))
    follow_time_zone(lambda: current.now.time_zone, current.watch)
    try:
        require_library(settings)
        prepare_rabbitmq(settings.rabbitmq_url, settings.queue_type)
        node = Node(
            settings.database_url,
            rabbitmq_broker(settings.rabbitmq_url, queue_type=settings.queue_type, patience=1.0),
            application="ohdio-api",
            timing=timing_of(settings),
            pool_size=_POOL,
            most_per_site=lambda: most_per_site(current.now),
            settings=current,
            keys=SecretKeys(settings.key),
        )
        node.check_database()
        token = token_of(settings.host, settings.token)
        opened = open_address(settings.host, settings.port)
    except InvalidSettings as error:
        exit_with(error)
    library = library_now(node.database, current, is_prompt=True)
    app = create_app(
        node,
        SourceRegistry(
            offered(client_settings_now(current), with_ytdlp=settings.with_ytdlp), PrivateSource(node.vault)
        ),
        library,
        site_clients(node.database, client_settings_now(current), lambda: current.now.page_interval),
        host=settings.host,
        api_token=token,
        database_url=settings.database_url,
        proxies=settings.proxies,
        public_url=settings.public_url,
    )
    try:
        counted = metrics_server(
            settings, app.state.services[Metrics].exposition, HealthService(node.database).is_ready
        )
    except InvalidSettings as error:
        exit_with(error)
    # uvicorn stops at these signals, and raises them again once it has: that must not end the process before the node.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    with log_life("api") as log_started:
        node.start()
        if counted is not None:
            counted.start()
        shown = {} if settings.public_url is None else {"address": settings.public_url}
        log_started(host=settings.host, port=settings.port, **shown, library=library.location)
        shorten_pauses()
        try:
            ApiServer(app).run(sockets=[opened])
        finally:
            if counted is not None:
                counted.end()
            node.end()


def _operation_id(route: APIRoute) -> str:
    return route.name


if __name__ == "__main__":
    main()
