"""Routes of the queue."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ohdio_api.paging import Cursor, Limit, RowId, SearchText
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_api.queue.failures import FailureService
from ohdio_api.queue.filter import QueueFilter
from ohdio_api.queue.selection import Selection, read_selection
from ohdio_api.queue.service import QueueService
from ohdio_core.collection.ranks import Step
from ohdio_core.schemas.attempts import Attempts
from ohdio_core.schemas.pages import Order, Page
from ohdio_core.schemas.queue import (
    ClearOrder,
    Concerned,
    Failures,
    ItemIds,
    ItemStatus,
    LimitOrder,
    LimitView,
    MatchingItems,
    PriorityOfItems,
    PriorityOfMatching,
    PriorityOrder,
    QueueFollowing,
    QueueItemView,
    QueueMatching,
    QueueProgress,
    QueueSort,
    QueueState,
    QueueStats,
    Reconciled,
    RemovalOrder,
    RemovedItems,
    SpeedOrder,
)

router = APIRouter(prefix="/queue", tags=["queue"])

Queue = Annotated[QueueService, Depends(given(QueueService))]
Selected = Annotated[Selection, Depends(read_selection)]


async def read_filter(
    selection: Selected,
    status: Annotated[ItemStatus | None, Query(description="Only these.", examples=["failed"])] = None,
    is_noted: Annotated[
        bool | None, Query(description="Only those whose books have a note, or only the others.", examples=[True])
    ] = None,
    is_held: Annotated[
        bool | None,
        Query(
            description="Only those that are held, as they would not fit the disk, or only the others.", examples=[True]
        ),
    ] = None,
    q: SearchText = None,
) -> QueueFilter:
    """Return the condition that a request's address has."""
    return QueueFilter(selection, () if status is None else (status,), is_noted, q, is_held)


Asked = Annotated[QueueFilter, Depends(read_filter)]


def _named(items: ItemIds | MatchingItems) -> Sequence[int] | QueueFilter:
    """Return the ids or the condition that an order names."""
    return items.ids if isinstance(items, ItemIds) else QueueFilter.of(items.filter)


_MISSING = problems(HTTPStatus.NOT_FOUND)
_MISSING_OR_UNFIT = problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


@router.get("")
def list_queue(
    *,
    queue: Queue,
    asked: Asked,
    sort: QueueSort = QueueSort.ADDED,
    order: Order = Order.ASC,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[QueueItemView]:
    """List the queue, a page at a time; `q` looks into titles, authors and names of shows."""
    return queue.page(
        asked,
        sort=sort,
        order=order,
        cursor=cursor,
        limit=limit,
    )


@router.get("/matching")
def count_matching_items(
    *,
    queue: Queue,
    asked: Asked,
) -> QueueMatching:
    """Count what a list of the queue has on all of its pages, and what that weighs."""
    return queue.matching(asked)


@router.get("/stats")
def count_queue(queue: Queue) -> QueueStats:
    """Count the queue: how many are in each state, how fast it goes, when it is done."""
    return queue.stats()


@router.get("/progress")
def follow_queue(queue: Queue, selection: Selected) -> QueueProgress:
    """Follow some scans and books: how many of their items are in each state, and what runs now."""
    return queue.progress(selection)


@router.get("/next")
def list_next(queue: Queue, selection: Selected, limit: Limit = 50) -> QueueFollowing:
    """List what starts next, in the order of starting; what is not due yet is left out."""
    return queue.following(selection, limit)


@router.get("/failures")
def list_failures(failures: Annotated[FailureService, Depends(given(FailureService))]) -> Failures:
    """List what failed by cause, each with what helps."""
    return Failures(groups=failures.failures())


@router.post("/pause")
def pause_queue(queue: Queue) -> QueueState:
    """Pause all downloads; what is running stops within two seconds and keeps what it has."""
    queue.pause_all()
    return QueueState(is_paused=True)


@router.post("/resume")
def resume_queue(queue: Queue) -> QueueState:
    """Resume all downloads where they stopped."""
    queue.resume_all()
    return QueueState(is_paused=False)


@router.put("/limit")
def set_limit(queue: Queue, body: LimitOrder) -> LimitView:
    """Set how many may download at once, over all machines; holds at once, and survives restarts."""
    return queue.set_limit(body.max_concurrent_downloads)


@router.post("/retry-failed")
def retry_failed(queue: Queue) -> Concerned:
    """Retry everything that failed."""
    return Concerned(changed=queue.several.retry_failed())


@router.post("/reset")
def reset_queue(queue: Queue) -> Concerned:
    """Begin all that waits or runs afresh, at once and with all its attempts; what was downloaded of it stays."""
    return Concerned(changed=queue.several.reset())


@router.post("/reconcile")
def reconcile(queue: Queue) -> Reconciled:
    """Send lost messages again and take work back from dead workers, at once; workers do it every few seconds."""
    return queue.reconcile()


@router.post("/clear")
def clear_queue(queue: Queue, body: ClearOrder) -> RemovedItems:
    """Take items out of the queue; books in the library stay, running downloads are stopped."""
    removed = queue.several.clear(None if body.status == "all" else ItemStatus.COMPLETED)
    return RemovedItems(changed=removed.items, removal=removed.removal)


@router.post("/items/pause")
def pause_items(queue: Queue, body: ItemIds | MatchingItems) -> Concerned:
    """Pause several items."""
    return Concerned(changed=queue.several.pause(_named(body)))


@router.post("/items/resume")
def resume_items(queue: Queue, body: ItemIds | MatchingItems) -> Concerned:
    """Resume several items."""
    return Concerned(changed=queue.several.resume(_named(body)))


@router.post("/items/retry")
def retry_items(queue: Queue, body: ItemIds | MatchingItems) -> Concerned:
    """Retry several items."""
    return Concerned(changed=queue.several.retry(_named(body)))


@router.post("/items/keep")
def keep_items(queue: Queue, body: ItemIds | MatchingItems) -> Concerned:
    """Keep items anyway that failed as they are shorter, or less sound, than was promised; others are left alone.

    They are fetched once more, and kept as they come, with a remark. `can_be_kept` says which those are.
    """
    return Concerned(changed=queue.several.keep(_named(body)))


@router.post("/items/delete")
def delete_items(queue: Queue, body: ItemIds | MatchingItems) -> RemovedItems:
    """Take several items out of the queue; for an hour that can be undone."""
    removed = queue.several.delete(_named(body))
    return RemovedItems(changed=removed.items, removal=removed.removal)


@router.post("/items/restore")
def restore_items(queue: Queue, body: ItemIds | RemovalOrder) -> Concerned:
    """Put items back that were removed within the hour: each as it was, with its id, place and progress.

    A book that was added again meanwhile is left as it is.
    """
    return Concerned(changed=queue.several.restore(body.ids if isinstance(body, ItemIds) else body.removal))


@router.post("/items/first")
def put_items_first(queue: Queue, body: ItemIds | MatchingItems) -> Concerned:
    """Put several items before all others, in the order in which they are named."""
    return Concerned(changed=queue.several.put_first(_named(body)))


@router.post("/items/unrank")
def unrank_items(queue: Queue, body: ItemIds | MatchingItems) -> Concerned:
    """Take the ranks of several items back, so that they start by their priority again."""
    return Concerned(changed=queue.several.take_ranks_back(_named(body)))


@router.post("/items/priority")
def prioritise_items(queue: Queue, body: PriorityOfItems | PriorityOfMatching) -> Concerned:
    """Move several items up or down; those that are complete are left alone."""
    return Concerned(changed=queue.several.prioritise(_named(body), body.priority))


@router.get("/items/{item_id}", responses=_MISSING)
def get_item(queue: Queue, item_id: RowId) -> QueueItemView:
    """Read one item."""
    return queue.item(item_id)


@router.get("/items/{item_id}/attempts", responses=_MISSING)
def list_attempts(queue: Queue, item_id: RowId) -> Attempts:
    """List what became of the downloads of an item's book, and of reading its description, the newest first."""
    return Attempts(items=queue.attempts(item_id))


@router.post("/items/{item_id}/pause", responses=_MISSING_OR_UNFIT)
def pause_item(queue: Queue, item_id: RowId) -> QueueItemView:
    """Pause an item; a running one stops within two seconds and keeps what it has."""
    return queue.pause(item_id)


@router.post("/items/{item_id}/resume", responses=_MISSING_OR_UNFIT)
def resume_item(queue: Queue, item_id: RowId) -> QueueItemView:
    """Resume a paused item where it stopped; one that waits for the download hours starts outside of them, too."""
    return queue.resume(item_id)


@router.post("/items/{item_id}/retry", responses=_MISSING_OR_UNFIT)
def retry_item(queue: Queue, item_id: RowId) -> QueueItemView:
    """Retry a failed item, or let a waiting one try at once, also what waits for a site that fails.

    Such an item is put first, and its site is tried with it. A site that has asked for a pause is not asked before that
    is over; `can_be_tried` says whether there is anything to try.
    """
    return queue.retry(item_id)


@router.post("/items/{item_id}/keep", responses=_MISSING_OR_UNFIT)
def keep_item(queue: Queue, item_id: RowId) -> QueueItemView:
    """Keep an item anyway that failed, as it is shorter, or less sound, than was promised."""
    return queue.keep(item_id)


@router.post("/items/{item_id}/first", responses=_MISSING_OR_UNFIT)
def put_item_first(queue: Queue, item_id: RowId) -> QueueItemView:
    """Put an item before all others, whatever their priority and site; what runs already is not stopped for it."""
    return queue.put_first(item_id)


@router.post("/items/{item_id}/up", responses=_MISSING_OR_UNFIT)
def move_item_up(queue: Queue, item_id: RowId) -> QueueItemView:
    """Swap an item with the one that starts before it (see `GET /queue/next`); nothing changes for the first."""
    return queue.move(item_id, Step.UP)


@router.post("/items/{item_id}/down", responses=_MISSING_OR_UNFIT)
def move_item_down(queue: Queue, item_id: RowId) -> QueueItemView:
    """Swap an item with the one that starts after it (see `GET /queue/next`); nothing changes for the last."""
    return queue.move(item_id, Step.DOWN)


@router.delete("/items/{item_id}/rank", responses=_MISSING)
def unrank_item(queue: Queue, item_id: RowId) -> QueueItemView:
    """Take the rank of an item back, which it has where it was put first or moved."""
    return queue.take_rank_back(item_id)


@router.patch("/items/{item_id}", responses=_MISSING_OR_UNFIT)
def prioritise_item(queue: Queue, item_id: RowId, body: PriorityOrder) -> QueueItemView:
    """Move an item up or down that is not complete."""
    return queue.set_priority(item_id, body.priority)


@router.put("/items/{item_id}/speed", responses=_MISSING)
def set_item_speed(queue: Queue, item_id: RowId, body: SpeedOrder) -> QueueItemView:
    """Set how fast an item may come; null: as fast as it does. A running one keeps to it within two seconds."""
    return queue.set_speed(item_id, body.speed_limit_kb)


@router.delete("/items/{item_id}", status_code=HTTPStatus.NO_CONTENT, responses=_MISSING)
def delete_item(queue: Queue, item_id: RowId) -> None:
    """Take an item out of the queue; a running one is stopped, a book in the library stays.

    For an hour `POST /queue/items/restore` puts it back.
    """
    queue.delete(item_id)
