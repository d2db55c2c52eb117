"""How everything is, in a word, as every page says it."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from ohdio_api.health.report import HealthReporter
from ohdio_api.queue.service import QueueService
from ohdio_api.web.pages import ShownHealth
from ohdio_api.web.shell.banners import banners_of
from ohdio_api.web.words import Words


class HealthOfPages:
    """Reads it for each page."""

    def __init__(self, health: HealthReporter, queue: QueueService) -> None:
        self._health = health
        self._queue = queue

    def shown(self, words: Words) -> ShownHealth:
        """Return it in the words of a reader; a database that is away is the worst of all."""
        banners = banners_of(self._health.report(), words)
        if banners:
            said = words.ngettext("%(num)s problem", "%(num)s problems", len(banners))
            return ShownHealth(banners[0].severity, said % {"num": words.number(len(banners))})
        try:
            failed = self._queue.failed()
        except SQLAlchemyError:
            failed = 0
        if failed:
            said = words.ngettext("%(num)s failed", "%(num)s failed", failed)
            return ShownHealth("warn", said % {"num": words.number(failed)})
        return ShownHealth("ok", words.gettext("All well"))
