"""How everything is, in a word, as every page says it."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ohdio_api.health.report import HealthReporter
from ohdio_api.overview import Overview
from ohdio_api.queue.service import QueueService
from ohdio_api.web.pages import ShownHealth
from ohdio_api.web.shell.banners import CALM, Banner, banners_of
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
        return show_health(banners, overview, words)


def show_health(banners: Sequence[Banner], overview: Overview | None, words: Words) -> ShownHealth:
    """Return how everything is: what a person can mend, else what keeps downloads waiting, else that all is well.

    Args:
        banners: What there is to say, most binding first.
        overview: None where the database does not answer.
    """
    problems = sum(banner.severity != CALM for banner in banners)
    if problems:
        said = words.ngettext("%(num)s problem", "%(num)s problems", problems)
        return ShownHealth(banners[0].severity, said % {"num": words.number(problems)})
    if overview is not None and (failed := overview.counts.get(WorkStatus.FAILED, 0) + overview.failed_conversions):
        said = words.ngettext("%(num)s failed", "%(num)s failed", failed)
        return ShownHealth("warn", said % {"num": words.number(failed)})
    if overview is not None and overview.is_paused:
        return ShownHealth(CALM, words.gettext("Paused"))
    return ShownHealth(CALM, banners[0].short) if banners else ShownHealth("ok", words.gettext("All well"))
