"""One ear on the database for all who watch: every change is read once, and handed to each of them.

A watcher that is too slow, or that was cut off from changes, is told of a gap: it then reads anew.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.queue.service import QueueService
from ohdio_api.scrapes.service import ScrapeService
from ohdio_core.db.notify import Changes, Listener
from ohdio_core.work.stages import DOWNLOADS, METADATA, SCRAPING

log = structlog.get_logger(__name__)

_MOST_PENDING = 1000  # events that wait for one slow watcher
_MOST_READ = 500  # rows read for one announcement; beyond, reading everything anew is cheaper for all
_MOST_SHOWN = 500  # running items and scans in a snapshot
_INTERVAL = 0.25  # seconds between two readings
_STATS_INTERVAL = 1.0
_KEEP_ALIVE = 15.0  # below the idle timeouts of the usual proxies


@dataclass(frozen=True, slots=True)
class Event:
    """Something that watchers are told. Of two about the same subject only the later one matters."""

    name: str
    subject: int  #: the row; 0 where there is only one
    data: Mapping[str, Any]

    def encoded(self) -> str:
        """Return the event as the stream has it."""
        return f"event: {self.name}\ndata: {json.dumps(self.data, ensure_ascii=False)}\n\n"


_GAP = Event("gap", 0, {})


class Subscription:
    """What one watcher is still to be told. Filled by any thread, emptied in the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = threading.Lock()
        self._pending: dict[tuple[str, int], Event] = {}
        self._has_news = asyncio.Event()
        self._is_ended = False

    def tell(self, events: Iterable[Event]) -> None:
        """Add events; when too many wait, they become one gap."""
        with self._lock:
            for event in events:
                self._pending[event.name.removesuffix("_gone"), event.subject] = event
            if len(self._pending) > _MOST_PENDING:
                self._pending = {("gap", 0): _GAP}
        self._wake()

    def end(self) -> None:
        """Let the stream end."""
        self._is_ended = True
        self._wake()

    def _wake(self) -> None:
        self._loop.call_soon_threadsafe(self._has_news.set)

    async def texts(self) -> AsyncIterator[str]:
        """Yield what there is to tell, as soon as there is; a comment when there is nothing for long."""
        while not self._is_ended:
            try:
                await asyncio.wait_for(self._has_news.wait(), _KEEP_ALIVE)
            except TimeoutError:
                yield ": nothing new\n\n"
                continue
            self._has_news.clear()
            with self._lock:
                pending, self._pending = self._pending, {}
            if pending:
                yield "".join(event.encoded() for event in pending.values())


class EventHub:
    """Hears changes, reads what changed, tells every watcher."""

    def __init__(
        self, database_url: str, queue: QueueService, scrapes: ScrapeService, audiobooks: AudiobookService
    ) -> None:
        self.queue = queue
        self.scrapes = scrapes
        self.audiobooks = audiobooks
        self._listener = Listener(database_url, self._hear, self._hear_gap)
        self._condition = threading.Condition()
        self._heard: dict[str, set[int] | None] = {}
        self._is_gap = False
        self._is_ending = False
        self._subscriptions: set[Subscription] = set()
        self._is_stats_due = False
        self._stats_from = 0.0
        self._thread = threading.Thread(target=self._loop, name="events", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()
        self._listener.start()

    def end(self) -> None:
        """Stop listening, and end every stream."""
        self.end_streams()
        with self._condition:
            self._is_ending = True
            self._condition.notify()
        self._listener.end()
        self._thread.join(timeout=5)

    def end_streams(self) -> None:
        """End every stream, so that a server that is stopping need not wait for them."""
        with self._condition:
            for subscription in self._subscriptions:
                subscription.end()

    @contextmanager
    def subscribed(self) -> Iterator[Subscription]:
        """Give a subscription, for as long as the block lasts. Enter it in the event loop."""
        subscription = Subscription(asyncio.get_running_loop())
        with self._condition:
            self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            with self._condition:
                self._subscriptions.discard(subscription)

    def snapshot(self) -> Event:
        """Read what a watcher begins with: the numbers, what runs, and the scans under way."""
        try:
            return Event(
                "snapshot",
                0,
                {
                    "stats": _plain(self.queue.stats()),
                    "items": [_plain(item) for item in self.queue.running(_MOST_SHOWN)],
                    "scrapes": [_plain(scrape) for scrape in self.scrapes.under_way(_MOST_SHOWN)],
                },
            )
        except SQLAlchemyError as error:
            # The stream stays open: the listener reports another gap once the database is back.
            log.warning("no snapshot for a watcher", error=str(error).splitlines()[0])
            return _GAP

    def _hear(self, changes: Changes) -> None:
        with self._condition:
            for topic, ids in changes.ids.items():
                known = self._heard.setdefault(topic, set())
                if ids is None or known is None or len(known) + len(ids) > _MOST_READ:
                    self._heard[topic] = None
                else:
                    known.update(ids)
            self._condition.notify()

    def _hear_gap(self) -> None:
        with self._condition:
            self._is_gap = True
            self._condition.notify()

    def _loop(self) -> None:
        while True:
            with self._condition:
                if not (self._heard or self._is_gap or self._is_ending):
                    wait = self._stats_from - time.monotonic() if self._is_stats_due else None
                    if wait is None or wait > 0:
                        self._condition.wait(wait)
                if self._is_ending:
                    return
                heard, self._heard = self._heard, {}
                is_gap, self._is_gap = self._is_gap or None in heard.values(), False
                watchers = list(self._subscriptions)
            if watchers:
                events = self._read(heard, is_gap=is_gap)
                for watcher in watchers:
                    watcher.tell(events)
            # What changes meanwhile is read together.
            with self._condition:
                self._condition.wait_for(lambda: self._is_ending, timeout=_INTERVAL)

    def _read(self, heard: Mapping[str, set[int] | None], *, is_gap: bool) -> list[Event]:
        try:
            events = [_GAP] if is_gap else []
            events += _read_rows("queue_item", heard.get(DOWNLOADS.topic), self.queue.items)
            events += _read_rows("scrape", heard.get(SCRAPING.topic), self.scrapes.scrapes)
            events += _read_rows("audiobook", heard.get(METADATA.topic), self.audiobooks.books)
            self._is_stats_due |= is_gap or not heard.keys().isdisjoint({DOWNLOADS.topic, "control"})
            if self._is_stats_due and time.monotonic() >= self._stats_from:
                began_at = time.monotonic()
                events.append(Event("stats", 0, _plain(self.queue.stats())))
                # Counting a very long queue takes a while; watching must not keep the database busy with it.
                self._stats_from = began_at + max(_STATS_INTERVAL, 10 * (time.monotonic() - began_at))
                self._is_stats_due = False
        except SQLAlchemyError as error:
            log.warning("changes could not be read; watchers read anew", error=str(error).splitlines()[0])
            return [_GAP]
        return events


def _read_rows(name: str, ids: set[int] | None, read: Callable[[Sequence[int]], Sequence[BaseModel]]) -> list[Event]:
    """Read changed rows; for each that is gone, say that."""
    if not ids:
        return []
    found = {shown["id"]: shown for shown in map(_plain, read(sorted(ids)))}
    return [
        Event(name, row_id, found[row_id]) if row_id in found else Event(f"{name}_gone", row_id, {"id": row_id})
        for row_id in sorted(ids)
    ]


def _plain(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json")
