"""How everything is, in a word, as every page says it."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_api.health.report import HealthReporter
from ohdio_api.overview import Overview
from ohdio_api.queue.service import QueueService
from ohdio_api.web.pages import ShownHealth
from ohdio_api.web.shell.banners import Banner, banners_of
from ohdio_api.web.words import Words
from ohdio_core.domain.queue import WorkStatus

log = structlog.get_logger(__name__)


class HealthOfPages:
    """Reads it for each page."""

    def __init__(self, health: HealthReporter, queue: QueueService) -> None:
        self._health = health
        self._queue = queue

    def shown(self, words: Words) -> ShownHealth:
        """Return it in the words of a reader; a database that is away is the worst of all."""
        overview: Overview | None = None
        try:
            overview = self._queue.overview()
        except SQLAlchemyError as error:
            log.warning("a page without the database", error=str(error).splitlines()[0])
        banners = banners_of(self._health.report_of(overview), words)
        return show_health(banners, 0 if overview is None else overview.counts.get(WorkStatus.FAILED, 0), words)


def show_health(banners: Sequence[Banner], failed: int, words: Words) -> ShownHealth:
    """Return how everything is.

    Args:
        failed: Items of the queue.
    """
    if banners:
        said = words.ngettext("%(num)s problem", "%(num)s problems", len(banners))
        return ShownHealth(banners[0].severity, said % {"num": words.number(len(banners))})
    if failed:
        said = words.ngettext("%(num)s failed", "%(num)s failed", failed)
        return ShownHealth("warn", said % {"num": words.number(failed)})
    return ShownHealth("ok", words.gettext("All well"))
