"""How events reach watchers: through a bounded queue each; one that is too slow for its own gets a gap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

from fastapi.sse import KEEPALIVE_COMMENT

from ohdio_api.events.event import GAP, Event, Subject

_MOST_PENDING = 1000  # events that wait for one slow watcher
_KEEP_ALIVE = 15.0  # seconds; below the idle timeouts of the usual proxies


class Watcher:
    """One watcher, and the events that it has not been sent yet. Lives in the event loop.

    Args:
        without: The names of events that it is not told of.
    """

    def __init__(self, without: frozenset[str] = frozenset()) -> None:
        self._without = without
        self._pending: dict[Subject, Event] = {}
        self._has_pending = asyncio.Event()
        self._is_ended = False

    def send(self, events: Sequence[Event]) -> None:
        """Add events. When too many wait, those about rows become one gap; the single values stay."""
        self._pending.update((event.subject, event) for event in events if event.name not in self._without)
        if len(self._pending) > _MOST_PENDING:
            values = {subject: event for subject, event in self._pending.items() if not event.is_of_a_row}
            self._pending = {GAP.subject: GAP, **values}
        if self._pending:
            self._has_pending.set()

    def end(self) -> None:
        """End the stream."""
        self._is_ended = True
        self._has_pending.set()

    async def texts(self) -> AsyncIterator[bytes]:
        """Yield the texts of events as soon as there are any; a comment when there are none for long."""
        while not self._is_ended:
            try:
                await asyncio.wait_for(self._has_pending.wait(), _KEEP_ALIVE)
            except TimeoutError:
                yield KEEPALIVE_COMMENT
                continue
            self._has_pending.clear()
            pending, self._pending = self._pending, {}
            if pending:
                yield b"".join(event.text for event in pending.values())


class Watchers:
    """All who watch this process. Any thread may send to them; the rest happens in the event loop."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def __len__(self) -> int:
        return len(self._watchers)

    @contextmanager
    def watching(self, without: frozenset[str] = frozenset()) -> Iterator[Watcher]:
        """Yield a watcher, for as long as the block lasts.

        Args:
            without: The names of events that it is not told of.
        """
        self._loop = asyncio.get_running_loop()
        watcher = Watcher(without)
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def send(self, events: Sequence[Event]) -> None:
        """Send events to every watcher. Returns at once."""
        if self._loop is not None and events and self._watchers:
            self._loop.call_soon_threadsafe(self._send, events)

    def _send(self, events: Sequence[Event]) -> None:
        for watcher in self._watchers:
            watcher.send(events)

    def end_soon(self) -> None:
        """End every stream there is, so that whoever still may watch asks again. Returns at once, in any thread."""
        if self._loop is not None and self._watchers:
            self._loop.call_soon_threadsafe(self.end)

    def end(self) -> None:
        """End every stream. Called in the event loop."""
        for watcher in self._watchers:
            watcher.end()
