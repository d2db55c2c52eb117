"""How a watcher is told: each by a bounded queue of its own, all by the same encoded events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import ClassVar

from pydantic import BaseModel, model_serializer

from ohdio_api.events import watchers as watchers_module
from ohdio_api.events.event import GAP, Event, Gone
from ohdio_api.events.watchers import Watcher, Watchers


class Counted(BaseModel):
    """Counts how often it is encoded."""

    times: ClassVar[int] = 0
    id: int

    @model_serializer
    def _encode(self) -> dict[str, int]:
        Counted.times += 1
        return {"id": self.id}


def row(number: int, *, title: str = "") -> Event:
    return Event("queue_item", {"id": number, "title": title}, ("queue_item", number))


async def first(texts: AsyncIterator[bytes]) -> bytes:
    return await asyncio.wait_for(anext(texts), 5)


def told(*batches: list[Event]) -> bytes:
    """Return what a watcher reads at once who was told these."""

    async def read() -> bytes:
        watcher = Watcher()
        for events in batches:
            watcher.send(events)
        return await first(watcher.texts())

    return asyncio.run(read())


def test_an_event_is_as_the_stream_has_it() -> None:
    assert told([row(7, title="L'été\nà Québec")]) == (
        'event: queue_item\ndata: {"id":7,"title":"L\'été\\nà Québec"}\n\n'.encode()
    )


def test_of_two_events_about_the_same_row_only_the_later_is_told() -> None:
    gone = Event("queue_item_gone", Gone(id=7), ("queue_item", 7))
    assert told([row(7), row(8)], [gone]) == gone.text + row(8).text


def test_who_is_too_slow_is_told_to_read_anew_and_still_knows_the_single_values() -> None:
    paused = Event("pause", {"is_paused": True})
    read = told([paused], *([row(number)] for number in range(1, watchers_module._MOST_PENDING + 1)), [row(5000)])
    assert read == GAP.text + paused.text + row(5000).text


def test_a_slow_watcher_keeps_a_bounded_number_of_events() -> None:
    async def pending() -> int:
        watcher = Watcher()
        for number in range(1, 20_000):
            watcher.send([row(number)])
        return len(watcher._pending)

    assert asyncio.run(pending()) <= watchers_module._MOST_PENDING


def test_an_event_is_encoded_once_for_all_who_watch() -> None:
    Counted.times = 0

    async def read_by_many() -> list[bytes]:
        everybody = Watchers()
        with everybody.watching() as one, everybody.watching() as another, everybody.watching() as third:
            await asyncio.to_thread(lambda: everybody.send([Event("queue_item", Counted(id=7), ("queue_item", 7))]))
            return [await first(watcher.texts()) for watcher in (one, another, third)]

    assert asyncio.run(read_by_many()) == [b'event: queue_item\ndata: {"id":7}\n\n'] * 3
    assert Counted.times == 1


def test_a_stream_that_is_ended_ends() -> None:
    async def read_all() -> list[bytes]:
        everybody = Watchers()
        with everybody.watching() as watcher:
            everybody.end()
            return [text async for text in watcher.texts()]

    assert asyncio.run(asyncio.wait_for(read_all(), 5)) == []
