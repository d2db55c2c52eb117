"""What is shown of a row is kept by all that the row says, so that whatever of it changes is seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import Row

from ohdio_api.queue.item_row import ItemRow, select_items
from ohdio_api.queue.view import show_item
from ohdio_core.schemas.queue import QueueItemView
from ohdio_core.work.timing import Timing

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
TOKEN = UUID(int=7)
OTHER = '{"id": "site.other", "values": {}}'

QUEUED = ItemRow(
    id=17,
    book_id=41,
    status="queued",
    stage="waiting",
    is_ready=True,
    priority=5,
    rank=None,
    attempts=1,
    max_attempts=5,
    progress=10,
    bytes_total=100,
    parts_done=0,
    parts_total=None,
    bytes_per_second=None,
    speed_limit_kb=None,
    limited_by=None,
    lease_token=None,
    wait_reason=None,
    wait_message=None,
    error=None,
    error_message=None,
    hours_waived_at=None,
    next_attempt_at=None,
    created_at=AT,
    updated_at=AT,
    title="The Lamp",
    authors='["Ann"]',
    url="https://stories.example/17",
    cover_url=None,
    series=None,
    library_path=None,
    note=None,
    note_message=None,
    closed_until=None,
    closed_reason=None,
    closed_message=None,
    reading_status=None,
    reading_lease_token=None,
    reading_wait_reason=None,
    reading_wait_message=None,
    reading_next_attempt_at=None,
    is_interrupted=False,
    is_description_interrupted=False,
    hours=None,
    chances="[false, true, true]",
)
RUNNING = QUEUED._replace(
    status="processing",
    stage="downloading",
    lease_token=TOKEN,
    bytes_per_second=5.0,
    limited_by="book",
    speed_limit_kb=9,
)
SAID = QUEUED._replace(
    wait_reason="so", wait_message='{"id": "a.b", "values": {}}', error="bad", note="hm", note_message=OTHER
)
CLOSED = QUEUED._replace(closed_until=AT, closed_reason="busy", closed_message='{"id": "a.b", "values": {}}')
DESCRIBED = QUEUED._replace(
    is_ready=False,
    reading_status="queued",
    reading_wait_reason="so",
    reading_wait_message='{"id": "a.b", "values": {}}',
)
BEGUN = DESCRIBED._replace(reading_status="processing", reading_lease_token=TOKEN, chances="[false, true, false]")
OUTSIDE = QUEUED._replace(hours=datetime.now(UTC) + timedelta(days=1))

#: Of each field another value, and the row in which it shows.
CHANGES: dict[str, tuple[ItemRow, Any]] = {
    "id": (QUEUED, 18),
    "book_id": (QUEUED, 42),
    "status": (QUEUED, "paused"),
    "stage": (QUEUED, "metadata"),
    "is_ready": (QUEUED, False),
    "priority": (QUEUED, 6),
    "rank": (QUEUED, 1),
    "attempts": (QUEUED, 2),
    "max_attempts": (QUEUED, 6),
    "progress": (QUEUED, 11),
    "bytes_total": (QUEUED, 101),
    "parts_done": (QUEUED, 1),
    "parts_total": (QUEUED, 2),
    "bytes_per_second": (RUNNING, 6.0),
    "speed_limit_kb": (RUNNING, 10),
    "limited_by": (RUNNING, "all"),
    "lease_token": (RUNNING, None),
    "wait_reason": (SAID, "thus"),
    "wait_message": (SAID, OTHER),
    "error": (SAID, "worse"),
    "error_message": (SAID, OTHER),
    "hours_waived_at": (OUTSIDE, AT),
    "next_attempt_at": (QUEUED, AT),
    "created_at": (QUEUED, AT + timedelta(seconds=1)),
    "updated_at": (QUEUED, AT + timedelta(seconds=1)),
    "title": (QUEUED, None),
    "authors": (QUEUED, '["Ann", "Bea"]'),
    "url": (QUEUED, "https://stories.example/18"),
    "cover_url": (QUEUED, "https://stories.example/18.jpg"),
    "series": (QUEUED, "Evenings"),
    "library_path": (QUEUED, "Ann/The Lamp"),
    "note": (SAID, "well"),
    "note_message": (SAID, None),
    "closed_until": (CLOSED, AT + timedelta(seconds=1)),
    "closed_reason": (CLOSED, "away"),
    "closed_message": (CLOSED, OTHER),
    "reading_status": (DESCRIBED, "failed"),
    "reading_lease_token": (BEGUN, None),
    "reading_wait_reason": (DESCRIBED, "thus"),
    "reading_wait_message": (DESCRIBED, OTHER),
    "reading_next_attempt_at": (DESCRIBED, AT),
    "is_interrupted": (RUNNING, True),
    "is_description_interrupted": (BEGUN, True),
    "hours": (OUTSIDE, datetime.now(UTC) + timedelta(days=2)),
    "chances": (QUEUED, "[true, true, true]"),
}


def shown(row: ItemRow) -> QueueItemView:
    return show_item(cast("Row[Any]", row))


@pytest.mark.parametrize("name", ItemRow._fields)
def test_a_row_of_which_anything_has_changed_is_shown_anew(name: str) -> None:
    row, other = CHANGES[name]

    before, after = shown(row), shown(row._replace(**{name: other}))

    assert before != after
    assert shown(row) == before


def test_rows_are_read_in_the_order_of_their_fields() -> None:
    assert tuple(column.name for column in select_items(Timing()).selected_columns) == ItemRow._fields
