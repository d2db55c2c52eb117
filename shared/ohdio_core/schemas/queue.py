"""The queue as clients see it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from ohdio_core.domain.failure_cause import Cause, Remedy
from ohdio_core.domain.queue import DownloadStage, WorkStatus
from ohdio_core.schemas.body import AS_WHOLE, MAX_ID, Body, Priority, SoughtWords, SpeedLimit
from ohdio_core.schemas.sentences import SentenceView

MOST_IDS = 10_000
MOST_AT_ONCE = 256

_Id = Annotated[int, Field(ge=1, le=MAX_ID), AS_WHOLE]


class QueueSort(StrEnum):
    """What the queue is sorted by."""

    ADDED = "added"
    STATUS = "status"
    PRIORITY = "priority"
    TITLE = "title"


class ItemStatus(StrEnum):
    """The states of an item, as a filter."""

    QUEUED = WorkStatus.QUEUED
    PROCESSING = WorkStatus.PROCESSING
    PAUSED = WorkStatus.PAUSED
    COMPLETED = WorkStatus.COMPLETED
    FAILED = WorkStatus.FAILED


class BookSummary(BaseModel):
    """The book of an item."""

    model_config = ConfigDict(frozen=True)

    id: int = Field(examples=[41])
    title: str | None = Field(description="Null until it is known.", examples=["The Lamp in the Harbour"])
    authors: list[str] = Field(examples=[["Odile Marchand"]])
    url: str = Field(examples=["https://stories.example/feed.xml#item=0011223344556677"])
    cover_url: str | None = Field(examples=["https://stories.example/covers/41.jpg"])
    series: str | None = Field(default=None, description="Its series, or its show.", examples=["Evening Stories"])
    library_path: str | None = Field(
        default=None,
        description="Its folder below the library; null until it is there.",
        examples=["Odile Marchand/The Lamp in the Harbour"],
    )
    note: str | None = Field(
        default=None,
        description="What one should know of a book that is complete all the same.",
        examples=[None],
    )
    note_message: SentenceView | None = Field(default=None, description="`note` as an id and values.", examples=[None])


class QueuePlace(BaseModel):
    """Where an item is in the order of starting."""

    position: int = Field(description="1: it is next.", examples=[4])
    is_exact: bool = Field(description="False: it is there at the earliest.", examples=[True])
    of: int = Field(description="How many items are queued, also those that wait for something else.", examples=[212])


class QueueItemView(BaseModel):
    """One book's place in the queue."""

    model_config = ConfigDict(frozen=True)

    id: int = Field(examples=[17])
    audiobook: BookSummary
    status: WorkStatus = Field(examples=["processing"])
    stage: DownloadStage = Field(description="Says more than the status.", examples=["downloading"])
    wait_reason: str | None = Field(
        description="Why it waits, when it does. What is paused and has a reason is held: it would not fit the disk, "
        "and goes on when there is room, or when it is resumed.",
        examples=[None],
    )
    wait_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    priority: int = Field(examples=[5])
    rank: int | None = Field(
        default=None,
        description="Set where a person put it before all that have none, whatever their priority; the lowest starts "
        "first. It ends when the item is complete, fails or is removed.",
        examples=[None],
    )
    place: QueuePlace | None = Field(
        default=None,
        description="Where it is in the order of starting. Told where one item is read or changed; null while it runs, "
        "or waits for something else than its turn.",
    )
    attempts: int = Field(examples=[1])
    max_attempts: int = Field(examples=[5])
    bytes_done: int = Field(examples=[1_500_000])
    bytes_total: int | None = Field(description="Null while it is unknown.", examples=[6_000_000])
    parts_done: int = Field(examples=[1])
    parts_total: int | None = Field(examples=[4])
    bytes_per_second: float | None = Field(description="Null unless bytes flow.", examples=[450_000.0])
    eta_seconds: float | None = Field(description="Until this one is complete, when it can be told.", examples=[10.0])
    speed_limit_kb: int | None = Field(
        default=None, description="How fast it may come, in kilobytes a second; null for any speed.", examples=[500]
    )
    limit_reason: str | None = Field(
        default=None,
        description="Whose limit slows it now: its own, or that for all downloads. Null where its site does.",
        examples=[None],
    )
    limit_message: SentenceView | None = Field(default=None, description="The same as an id and values.")
    error: str | None = Field(description="What went wrong last.", examples=[None])
    error_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    can_be_kept: bool = Field(
        default=False,
        description="Its sound is there, and shorter or less sound than was promised: it can be kept anyway.",
        examples=[False],
    )
    can_be_tried: bool = Field(
        default=False,
        description="It failed, or waits for its next attempt or a site that fails: it can be tried now. Not while its "
        "site has asked for a pause: it goes on by itself at `next_attempt_at`.",
        examples=[False],
    )
    is_outside_hours: bool = Field(
        default=False,
        description="It waits for the download hours; to resume it has it start outside of them, too.",
        examples=[False],
    )
    next_attempt_at: datetime | None = Field(description="When it is tried again.", examples=[None])
    created_at: datetime = Field(examples=["2026-03-01T09:30:00Z"])
    updated_at: datetime = Field(examples=["2026-03-01T09:31:12Z"])

    @property
    def is_held(self) -> bool:
        """Return whether it waits for room; a person who pauses an item gives no reason."""
        return self.status is WorkStatus.PAUSED and self.wait_reason is not None


class QueueStats(BaseModel):
    """The queue in numbers."""

    total: int = Field(examples=[144])
    queued: int = Field(examples=[120])
    processing: int = Field(examples=[3])
    paused: int = Field(examples=[0])
    completed: int = Field(examples=[20])
    failed: int = Field(examples=[1])
    is_paused: bool = Field(description="Whether all downloads are paused.", examples=[False])
    max_concurrent_downloads: int = Field(description="The limit over all machines.", examples=[3])
    downloader_threads: int = Field(description="How many the live downloaders could run.", examples=[12])
    bytes_per_second: float = Field(examples=[1_350_000.0])
    eta_seconds: float | None = Field(description="Until all is done; null when it cannot be told.", examples=[860.0])
    disk_free_bytes: int | None = Field(
        description="Room on the library's disk; null when it cannot be asked.", examples=[250_000_000_000]
    )
    trash_bytes: int = Field(description="What deleted books take there, which can be had back.", examples=[0])


class QueueMatching(BaseModel):
    """How many items match, and what they weigh."""

    items: int = Field(examples=[12_480])
    is_exact: bool = Field(description="False: there are more.", examples=[True])
    bytes_total: int | None = Field(
        description="Of those whose size is known; null where there are too many to be weighed.", examples=[98_000_000]
    )


class QueueProgress(BaseModel):
    """How far a part of the queue has come."""

    total: int = Field(examples=[14])
    queued: int = Field(examples=[9])
    processing: int = Field(examples=[3])
    paused: int = Field(examples=[0])
    completed: int = Field(examples=[1])
    failed: int = Field(examples=[1])
    needs_person: int = Field(
        examples=[0],
        description="So many of those that are queued or processing wait until a person has mended something, such as "
        "a full disk. One that has run for half a minute does not count any more.",
    )
    held: int = Field(
        default=0,
        examples=[0],
        description="So many of those that are paused are held: they would not fit the disk, and go on when there is "
        "room.",
    )
    running: list[QueueItemView] = Field(description="Those that are being downloaded.")
    next: QueueItemView | None = Field(
        description="The one that starts as soon as a slot is free; null when none may start."
    )
    waiting: QueueItemView | None = Field(
        description="When none may start, the most urgent of those that wait; it says for what. Else null."
    )


class ItemProgress(NamedTuple):
    """How far an item is that runs. In JSON an array, as it is sent often: clients rely on the order."""

    id: int
    bytes_done: int
    bytes_total: int | None
    parts_done: int
    parts_total: int | None
    bytes_per_second: float | None
    eta_seconds: float | None


class ProgressFrame(BaseModel):
    """How far everything is that runs."""

    items: list[ItemProgress]


class QueueFollowing(BaseModel):
    """What starts next."""

    items: list[QueueItemView] = Field(description="In the order of their start, as slots get free.")


class QueueState(BaseModel):
    """The state of the queue as a whole."""

    is_paused: bool = Field(examples=[True])


class LimitOrder(Body):
    """How many may download at once."""

    max_concurrent_downloads: Annotated[int, Field(ge=1, le=MOST_AT_ONCE, examples=[3]), AS_WHOLE]


class LimitView(BaseModel):
    """How many may download at once, and how many could."""

    max_concurrent_downloads: int = Field(examples=[3])
    downloader_threads: int = Field(examples=[12])
    explanation: str | None = Field(
        description="A sentence, when the two differ.", examples=["4 downloaders could run 12, the limit is 3."]
    )
    explanation_message: SentenceView | None = Field(description="`explanation` as an id and values.")


class PriorityOrder(Body):
    """How urgent an item is."""

    priority: Priority


class SpeedOrder(Body):
    """How fast an item may come."""

    speed_limit_kb: SpeedLimit | None


class ItemFilter(Body):
    """Which items an order is for, as `GET /queue` chooses them; all when nothing is chosen."""

    # Strict bodies take JSON's text for these, as it is. A blank is refused: an empty variable must not mean all.
    status: Annotated[ItemStatus | None, Field(strict=False)] = Field(
        default=None, description="Only these; null for all.", examples=["failed"]
    )
    q: SoughtWords = None
    is_noted: bool | None = Field(
        default=None, description="Only those whose books have a note, or only the others.", examples=[True]
    )
    is_held: bool | None = Field(
        default=None,
        description="Only those that are held, as they would not fit the disk, or only the others.",
        examples=[True],
    )
    scrape: list[_Id] = Field(
        default_factory=list, max_length=500, description="Books that these scans have found.", examples=[[7]]
    )
    audiobook: list[_Id] = Field(default_factory=list, max_length=500, description="These books.", examples=[[41]])


class ItemIds(Body):
    """Which items an order is for; those that do not fit are left alone."""

    ids: list[_Id] = Field(min_length=1, max_length=MOST_IDS, examples=[[17, 18, 21]])


class MatchingItems(Body):
    """The same, by what they have in common: everything that matches, however much it is."""

    filter: ItemFilter = Field(examples=[{"status": "failed"}])


class PriorityOfItems(ItemIds, PriorityOrder):
    """How urgent several items are."""


class PriorityOfMatching(MatchingItems, PriorityOrder):
    """How urgent all items are that match."""


class ClearOrder(Body):
    """What to take out of the queue; books in the library stay."""

    # Strict bodies take JSON's text for these, as it is.
    status: Literal["completed", "all"] = Field(examples=["completed"])


class Reconciled(BaseModel):
    """What had to be put right."""

    taken_back: int = Field(description="Work of workers that fell silent, which goes to others.", examples=[1])
    due: int = Field(description="Work whose time to be tried again had come.", examples=[0])
    sent_again: int = Field(description="Work that nobody was told of, as its message was lost.", examples=[2])


class Concerned(BaseModel):
    """How much an order has changed."""

    changed: int = Field(description="How many items it concerned.", examples=[3])


class RemovedItems(Concerned):
    """How much an order has taken out of the queue."""

    removal: UUID = Field(
        description="With which `POST /queue/items/restore` undoes it, for an hour.",
        examples=["0b0f9d6e-58a4-4c0e-9f2a-6d0a3c1b7e55"],
    )


class RemovalOrder(Body):
    """Which removal is to be undone."""

    # Strict bodies take JSON's text for it, as it is.
    removal: Annotated[UUID, Field(strict=False)] = Field(examples=["0b0f9d6e-58a4-4c0e-9f2a-6d0a3c1b7e55"])


class FailureSite(BaseModel):
    """How much failed at one site."""

    site: str = Field(examples=["stories.example"])
    items: int = Field(examples=[4])


class FailedBook(BaseModel):
    """A book that failed."""

    queue_item_id: int = Field(examples=[17])
    audiobook_id: int = Field(examples=[41])
    title: str | None = Field(examples=["The Salt Ledger"])
    url: str = Field(examples=["https://stories.example/feed.xml#item=0011223344556677"])


class FailureGroup(BaseModel):
    """What failed for one cause."""

    cause: Cause = Field(examples=["gone"])
    remedy: Remedy = Field(description="What helps.", examples=["remove"])
    items: int = Field(description="Of the newest 2,000 items that failed.", examples=[4])
    is_whole: bool = Field(description="Whether those are all; else there are at least so many.", examples=[True])
    sites: list[FailureSite] = Field(description="The most affected first, at most 10.")
    reason: str | None = Field(description="Of the newest.", examples=["stories.example answered 404: it is gone."])
    message: SentenceView | None = Field(description="`reason` as an id and values.")
    books: list[FailedBook] = Field(description="The newest, at most 20.")
    keepable: int = Field(default=0, description="How many of them can be kept anyway, as they are.", examples=[0])


class Failures(BaseModel):
    """What failed, by cause."""

    groups: list[FailureGroup] = Field(description="That with the most items first.")
