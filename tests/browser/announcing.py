"""What workers do to rows, told as they tell it."""

from __future__ import annotations

from sqlalchemy import text

from ohdio_core.db.notify import Notifier
from ohdio_core.work.stages import DOWNLOADS
from tests.fixtures.api import Api


def change(api: Api, item: int, values: str) -> None:
    """Change a row of the queue and announce it, as the beat of a worker does."""
    with api.engine.database.unit_of_work() as work:
        work.execute(text(f"UPDATE queue_items SET {values} WHERE id = :id"), {"id": item})
        work.changed(DOWNLOADS.topic, item)
    announce(api)


def announce(api: Api) -> None:
    notifier = Notifier(api.engine.url)
    notifier.start()
    notifier.announce(api.engine.bus.changes)
    notifier.end()
    api.engine.bus.changes.clear()
