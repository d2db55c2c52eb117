"""Reading the queue, and what people order of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ohdio_api.attempts import OF_BOOKS, read_attempts
from ohdio_api.interrupted import find_interrupted, is_interrupted
from ohdio_api.keyset import PageRequest
from ohdio_api.literals import as_literal
from ohdio_api.overview import Overview, count_by_status, read_overview
from ohdio_api.problems import Refusal
from ohdio_api.queue.filter import QueueFilter, count_matching
from ohdio_api.queue.following import read_following, read_order, read_place
from ohdio_api.queue.item_row import select_items
from ohdio_api.queue.limit import show_limit
from ohdio_api.queue.listing import SORTS, read_listed
from ohdio_api.queue.progress import read_progress
from ohdio_api.queue.selection import Selection
from ohdio_api.queue.several import ItemOrder, SeveralItems, noted
from ohdio_api.queue.stats import show_stats
from ohdio_api.queue.view import read_frame, show_item
from ohdio_api.queue.waits import Waits, read_waits
from ohdio_core.collection import control, ranks, removals
from ohdio_core.collection.acts import note
from ohdio_core.collection.control import QueueItemNotFound
from ohdio_core.collection.keep_anyway import keep_anyway
from ohdio_core.collection.try_now import try_now
from ohdio_core.db.models import Extraction, QueueItem
from ohdio_core.db.session import Database
from ohdio_core.domain.act import Act
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.errors import Postponed
from ohdio_core.library import Library
from ohdio_core.schemas.attempts import AttemptView
from ohdio_core.schemas.pages import Order, Page
from ohdio_core.schemas.queue import (
    LimitView,
    ProgressFrame,
    QueueFollowing,
    QueueItemView,
    QueueMatching,
    QueueProgress,
    QueueSort,
    QueueState,
    QueueStats,
    Reconciled,
)
from ohdio_core.sentences import Sentence, sentence, stored
from ohdio_core.work.stages import STAGES
from ohdio_core.work.sweep import Swept, sweep
from ohdio_core.work.timing import Timing

_ONLY_OPEN = sentence("queue.only_open", "Only what waits or runs can be paused")
_ONLY_PAUSED = sentence("queue.only_paused", "Only what is paused, or waits for the download hours, can be resumed")
_ONLY_FAILED = sentence(
    "queue.only_failed", "Only what failed, or waits for its next attempt or a site that fails, can be retried"
)
_ONLY_KEEPABLE = sentence(
    "queue.only_keepable", "Only what came shorter, or less sound, than was promised can be kept anyway"
)
_ONLY_INCOMPLETE = sentence("queue.only_incomplete", "Only what is not complete can have another priority")
_ONLY_ON_ITS_WAY = sentence("queue.only_on_its_way", "Only what waits, runs or is paused can be put first")


class QueueService:
    """The queue of downloads.

    Args:
        library: Asked how much room it has.
    """

    def __init__(self, database: Database, library: Library, timing: Timing) -> None:
        self.database = database
        self.library = library
        self.timing = timing
        self.several = SeveralItems(database)

    def page(
        self,
        matching: QueueFilter,
        *,
        sort: QueueSort,
        order: Order,
        cursor: str | None,
        limit: int,
    ) -> Page[QueueItemView]:
        """Read a page of the items that match.

        Raises:
            Refusal: The cursor is not one of this list.
        """
        request = PageRequest(SORTS[sort], order, cursor, limit)
        with self.database.reading() as session:
            rows, following = read_listed(session, self.timing, matching, request)
            return Page(items=[show_item(row) for row in rows], next=following)

    def matching(self, matching: QueueFilter, overview: Overview | None = None) -> QueueMatching:
        """Count the items that match, and what they weigh, as far as that is cheap.

        Args:
            overview: Where it was read already.
        """
        with self.database.reading() as session:
            counts = count_by_status(session) if overview is None else overview.counts
            return count_matching(session, matching, counts)

    def item(self, item_id: int) -> QueueItemView:
        """Read one item.

        Raises:
            QueueItemNotFound: There is no such item.
        """
        with self.database.reading() as session:
            return _read_one(session, self.timing, item_id)

    def attempts(self, item_id: int) -> list[AttemptView]:
        """Read what became of the runs of an item's book, the newest first.

        Raises:
            QueueItemNotFound: There is no such item.
        """
        with self.database.reading() as session:
            book_id = session.execute(
                select(QueueItem.audiobook_id).where(QueueItem.id == item_id, QueueItem.deleted_at.is_(None))
            ).scalar()
            if book_id is None:
                raise QueueItemNotFound(item_id)
            return read_attempts(session, book_id, OF_BOOKS)

    def items(self, ids: Sequence[int]) -> list[QueueItemView]:
        """Read these items; those that are gone are left out."""
        with self.database.reading() as session:
            return _read(session, self.timing, ids)

    def running(self, most: int) -> list[QueueItemView]:
        """Read the items that are being worked on."""
        with self.database.reading() as session:
            return [show_item(row) for row in session.execute(_select_running(self.timing, most))]

    def interrupted(self) -> Sequence[int]:
        """Read the ids of items whose worker has fallen silent, or that of their description."""
        described = select(QueueItem.id).join(Extraction, Extraction.id == QueueItem.audiobook_id)
        with self.database.reading() as session:
            waiting = session.scalars(described.where(is_interrupted(Extraction), QueueItem.is_ready.is_(False))).all()
            return [*find_interrupted(session, QueueItem), *waiting]

    def progress(self, selection: Selection) -> QueueProgress:
        """Count the items of a selection, and read those that run."""
        with self.database.reading() as session:
            return read_progress(session, self.timing, selection)

    def following(self, selection: Selection, most: int) -> QueueFollowing:
        """Read the items of a selection that start next."""
        with self.database.reading() as session:
            return QueueFollowing(items=read_following(session, self.timing, selection, most))

    def order(self, most: int) -> list[int]:
        """Read the ids of the items that start next, in the order of their start."""
        with self.database.reading() as session:
            return read_order(session, most)

    def overview(self) -> Overview:
        """Read the whole in numbers."""
        with self.database.reading() as session:
            return read_overview(session, self.timing)

    def stats(self) -> QueueStats:
        """Count the queue."""
        return self.show_stats(self.overview())

    def show_stats(self, overview: Overview) -> QueueStats:
        """Return the numbers of the queue, with the room on the library's disk."""
        try:
            free: int | None = self.library.free_bytes()
        except Postponed:
            free = None
        return show_stats(overview, free)

    def waits(self) -> Waits:
        """Read how long the oldest due work waits."""
        with self.database.reading() as session:
            return read_waits(session)

    def frame(self, most: int) -> ProgressFrame:
        """Read how far the items are that run."""
        with self.database.reading() as session:
            return ProgressFrame(items=read_frame(session, most))

    def state(self) -> QueueState:
        """Read whether all downloads are paused."""
        return QueueState(is_paused=self.overview().is_paused)

    def limit(self) -> LimitView:
        """Read how many may download at once, and how many could."""
        return show_limit(self.overview())

    def pause_all(self) -> None:
        """Pause all downloads."""
        with self.database.unit_of_work() as work:
            control.pause_all(work)
            note(work, Act.PAUSED)

    def resume_all(self) -> None:
        """Resume downloads."""
        with self.database.unit_of_work() as work:
            control.resume_all(work)
            note(work, Act.RESUMED)

    def set_limit(self, limit: int) -> LimitView:
        """Set how many may download at once."""
        with self.database.unit_of_work() as work:
            control.set_limit(work, limit)
            note(work, Act.LIMIT_CHANGED, str(limit))
            return show_limit(read_overview(work.session, self.timing))

    def pause(self, item_id: int) -> QueueItemView:
        """Pause one item.

        Raises:
            QueueItemNotFound: There is no such item.
            Refusal: It neither waits nor runs.
        """
        return self._order_one(noted(control.pause, Act.PAUSED), item_id, _ONLY_OPEN)

    def resume(self, item_id: int) -> QueueItemView:
        """Resume one item; outside of the download hours it starts all the same.

        Raises:
            QueueItemNotFound: There is no such item.
            Refusal: It is not paused, and does not wait for the download hours.
        """
        order = partial(control.resume, waives_hours=True)
        return self._order_one(noted(order, Act.RESUMED), item_id, _ONLY_PAUSED)

    def retry(self, item_id: int) -> QueueItemView:
        """Try one item again, now; a site that fails is tried with it.

        Raises:
            QueueItemNotFound: There is no such item.
            Refusal: It neither failed nor waits for its next attempt, or its site has asked for a pause.
        """
        order = noted(partial(try_now, is_first=True), Act.RETRIED)
        return self._order_one(order, item_id, _ONLY_FAILED)

    def keep(self, item_id: int) -> QueueItemView:
        """Keep one item anyway, though it is not whole.

        Raises:
            QueueItemNotFound: There is no such item.
            Refusal: There is nothing of it to be kept.
        """
        return self._order_one(noted(keep_anyway, Act.KEPT), item_id, _ONLY_KEEPABLE)

    def set_priority(self, item_id: int, priority: int) -> QueueItemView:
        """Move one item up or down.

        Raises:
            QueueItemNotFound: There is no such item.
            Refusal: It is complete.
        """
        return self._order_one(partial(control.set_priority, priority=priority), item_id, _ONLY_INCOMPLETE)

    def set_speed(self, item_id: int, kilobytes: int | None) -> QueueItemView:
        """Set how many kilobytes a second one item may come with.

        Raises:
            QueueItemNotFound: There is no such item.
        """
        return self._order_one(partial(control.set_speed_limit, kilobytes=kilobytes), item_id)

    def put_first(self, item_id: int) -> QueueItemView:
        """Put one item before all others.

        Raises:
            QueueItemNotFound: There is no such item.
            Refusal: It is complete or has failed.
        """
        return self._order_one(ranks.put_first, item_id, _ONLY_ON_ITS_WAY)

    def move(self, item_id: int, step: ranks.Step) -> QueueItemView:
        """Swap one item with its neighbour in the order of starting.

        Raises:
            QueueItemNotFound: There is no such item.
            Refusal: It is not among those that start next.
        """
        with self.database.unit_of_work() as work:
            has_neighbours = ranks.move(work, item_id, step)
            shown = _read_one(work.session, self.timing, item_id)
            if not has_neighbours:
                raise Refusal(
                    HTTPStatus.CONFLICT,
                    sentence(
                        "queue.not_next",
                        "Only the {count} items that start next can be moved one by one; this one is none of them. "
                        "Put it first, or give it another priority.",
                        count=ranks.MOST_MOVED,
                    ),
                )
            return shown

    def take_rank_back(self, item_id: int) -> QueueItemView:
        """Take the rank of one item back, so that it starts by its priority again.

        Raises:
            QueueItemNotFound: There is no such item.
        """
        return self._order_one(ranks.take_rank_back, item_id)

    def delete(self, item_id: int) -> UUID:
        """Take one item out of the queue; what it has in the library stays.

        Returns:
            With what that can be undone for an hour.

        Raises:
            QueueItemNotFound: There is no such item.
        """
        removal = uuid4()
        with self.database.unit_of_work() as work:
            if noted(partial(removals.remove, removal=removal), Act.REMOVED)(work, [item_id]) == 0:
                raise QueueItemNotFound(item_id)
        return removal

    def reconcile(self) -> Reconciled:
        """Sweep every stage, and have admitted what may start; return what that put right."""
        swept = Swept()
        for stage in STAGES.values():
            with self.database.unit_of_work() as work:
                swept += sweep(work, stage, self.timing) or Swept()  # None: somebody else does it right now
                work.wake(stage.name)
        return Reconciled(taken_back=swept.taken_back, due=swept.due, sent_again=swept.sent_again)

    def _order_one(self, order: ItemOrder, item_id: int, rule: Sentence | None = None) -> QueueItemView:
        with self.database.unit_of_work() as work:
            is_concerned = order(work, [item_id]) > 0
            shown = _read_one(work.session, self.timing, item_id)
            if not is_concerned and rule is not None:
                raise Refusal(HTTPStatus.CONFLICT, _not_possible(rule, shown))
            return shown


def _not_possible(rule: Sentence, item: QueueItemView) -> Sentence:
    status = item.status.said
    waits = stored(item.wait_reason, None if item.wait_message is None else item.wait_message.model_dump())
    if waits is None:
        return sentence("queue.not_possible", "{rule}; this item is {status}.", rule=rule, status=status)
    return sentence(
        "queue.not_possible_now", "{rule}; this item is {status}: {reason}.", rule=rule, status=status, reason=waits
    )


@cache
def _select_running(timing: Timing, most: int) -> Select[*tuple[Any, ...]]:
    is_running = QueueItem.status == as_literal(WorkStatus.PROCESSING.value)
    return select_items(timing).where(is_running).order_by(QueueItem.id).limit(as_literal(most))


def _read(session: Session, timing: Timing, ids: Sequence[int]) -> list[QueueItemView]:
    query = select_items(timing).where(QueueItem.id.in_(ids)).order_by(QueueItem.id)
    return [show_item(row) for row in session.execute(query)]


def _read_one(session: Session, timing: Timing, item_id: int) -> QueueItemView:
    """Read one item, with its place in the order of starting.

    Raises:
        QueueItemNotFound: There is no such item.
    """
    row = session.execute(select_items(timing).where(QueueItem.id == item_id)).one_or_none()
    if row is None:
        raise QueueItemNotFound(item_id)
    return show_item(row).model_copy(update={"place": read_place(session, row)})
