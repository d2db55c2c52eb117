"""The routes of all pages."""

from __future__ import annotations

from ohdio_api.web.account.views import router as account_router
from ohdio_api.web.add.views import router as add_router
from ohdio_api.web.api_docs.views import router as api_docs_router
from ohdio_api.web.assets import router as assets_router
from ohdio_api.web.book.editing import router as editing_router
from ohdio_api.web.book.views import router as book_router
from ohdio_api.web.conversions.views import router as conversions_router
from ohdio_api.web.covers.views import router as covers_router
from ohdio_api.web.feeds.views import router as feeds_router
from ohdio_api.web.follows.changing import router as change_router
from ohdio_api.web.follows.held import router as held_router
from ohdio_api.web.follows.views import router as follows_router
from ohdio_api.web.home.views import router as home_router
from ohdio_api.web.imports.views import router as imports_router
from ohdio_api.web.library.several import router as some_books_router
from ohdio_api.web.library.views import router as library_router
from ohdio_api.web.login.views import router as login_router
from ohdio_api.web.missing.views import router as missing_router
from ohdio_api.web.player.views import router as player_router
from ohdio_api.web.queue.causes import router as causes_router
from ohdio_api.web.queue.orders import router as orders_router
from ohdio_api.web.queue.several import router as several_router
from ohdio_api.web.scans.views import router as scans_router
from ohdio_api.web.settings.history import router as history_router
from ohdio_api.web.settings.moving import router as moving_router
from ohdio_api.web.settings.names import router as names_router
from ohdio_api.web.settings.notifications import router as notifications_router
from ohdio_api.web.settings.people import router as people_router
from ohdio_api.web.settings.renames import router as renames_router
from ohdio_api.web.settings.system import router as system_router
from ohdio_api.web.settings.views import router as settings_router
from ohdio_api.web.shell.dot import router as dot_router
from ohdio_api.web.shell.views import router as shell_router
from ohdio_api.web.sources.views import router as sources_router
from ohdio_api.web.trash.views import router as trash_router
from ohdio_api.web.verify.views import router as verify_router

#: What everybody may see.
OPEN = (api_docs_router, assets_router, login_router, shell_router)
#: What only callers may see, and is asked most: routes are tried one after the other, the API's hundred before others.
FIRST = (home_router, library_router, dot_router)
#: What only callers may see besides.
PROTECTED = (
    add_router,
    scans_router,
    several_router,
    causes_router,
    orders_router,
    some_books_router,
    conversions_router,
    trash_router,
    missing_router,
    verify_router,
    imports_router,
    held_router,
    change_router,
    follows_router,
    feeds_router,
    book_router,
    editing_router,
    player_router,
    covers_router,
    sources_router,
    settings_router,
    people_router,
    history_router,
    moving_router,
    names_router,
    renames_router,
    notifications_router,
    system_router,
    account_router,
)
