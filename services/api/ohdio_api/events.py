"""The stream of changes (server-sent events), for pages and programs that watch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from ohdio_api.event_hub import EventHub
from ohdio_api.provide import given

router = APIRouter(prefix="/events", tags=["events"])

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep events back until its buffer is full
}
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
async def watch(hub: Annotated[EventHub, Depends(given(EventHub))]) -> StreamingResponse:
    """Stream what changes, as server-sent events.

    First `snapshot` (stats, running items, scans under way); then `queue_item`, `scrape`, `audiobook`
    with the whole object, `queue_item_gone`, `scrape_gone`, `audiobook_gone` with its id, and `stats`.
    After `gap` something was missed: read again what you show.
    """
    return StreamingResponse(_stream(hub), media_type="text/event-stream", headers=_HEADERS)


async def _stream(hub: EventHub) -> AsyncIterator[str]:
    # Subscribed before the snapshot is read, so that no change falls between the two.
    with hub.subscribed() as subscription:
        snapshot = await run_in_threadpool(hub.snapshot)
        yield f"retry: 2000\n{snapshot.encoded()}"
        async for text in subscription.texts():
            yield text
