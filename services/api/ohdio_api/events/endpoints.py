"""The stream of changes (server-sent events), for pages and programs that watch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.concurrency import run_in_threadpool

from ohdio_api.authentication.caller import CHALLENGE, NEEDS_TOKEN, Caller, caller_of
from ohdio_api.events.hub import EventHub
from ohdio_api.problems import Refusal
from ohdio_api.provide import given
from ohdio_core.domain.role import Role

router = APIRouter(prefix="/events", tags=["events"])

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep events back until its buffer is full
}
_RETRY = format_sse_event(retry=2000)  # milliseconds until a browser connects again
_EXAMPLE = 'event: queue_item\ndata: {"id": 17, "status": "processing", "bytes_done": 1500000}\n\n'


@router.get(
    "",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "A stream that does not end.",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
        }
    },
)
async def watch(
    known: Annotated[Caller, Depends(caller_of)],
    hub: Annotated[EventHub, Depends(given(EventHub))],
    caller: Annotated[str | None, Query(max_length=1000)] = None,
) -> StreamingResponse:
    """Stream what changes, as server-sent events.

    First `snapshot` (`stats`, running `items`, `scrapes` under way, `limit`, `health`). Then, of what has changed:
    `queue_item`, `scrape`, `follow`, `audiobook`, `conversion` with the whole object; `queue_item_gone`,
    `scrape_gone`, `follow_gone`, `audiobook_gone`, `conversion_gone` with its id; `stats`, at most once a second;
    `pause` (whether all downloads are paused) and `limit`, at once; `progress`, at most twice a second, with
    `items`: for each item that runs `[id, bytes_done, bytes_total, parts_done, parts_total, bytes_per_second,
    eta_seconds]`; `conversion_progress`, at most once a second, with `items`: for each book that is encoded `[id,
    seconds_done, seconds_total, eta_seconds]`; `verification` and `folder_import`, at most once a second, with how far
    the `last` one is; `faults`: how many books have files that are lost or damaged; `settings` with all of them, as
    `GET /settings` lists them, once somebody has changed one; and `health`: what is out of reach, which workers live,
    which sites asked for a pause. Listeners are not told of `settings`, `follow`, `conversion`, `verification`,
    `faults` and `folder_import`. What was interrupted is told within seconds, too. After `gap` something was missed:
    read again what you show; the single values are told again. There may be further events; leave out those that you
    do not know.

    `caller` is for pages: they are told nothing once their browser is signed in as somebody else.
    """
    if caller is not None and caller != known.key:
        raise Refusal(HTTPStatus.UNAUTHORIZED, NEEDS_TOKEN, headers=CHALLENGE)
    without = frozenset() if known.role is Role.MANAGER else hub.of_managers
    return EventSourceResponse(_stream(hub, without), headers=_HEADERS)


async def _stream(hub: EventHub, without: frozenset[str]) -> AsyncIterator[bytes]:
    # Watching before the snapshot is read, so that no change falls between the two.
    with hub.watchers.watching(without) as watcher:
        snapshot = await run_in_threadpool(hub.snapshot)
        yield _RETRY + snapshot.text
        async for text in watcher.texts():
            yield text
