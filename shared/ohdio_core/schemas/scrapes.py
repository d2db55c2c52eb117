"""Scans as clients see them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from ohdio_core.schemas.filters import FilterOrder
from ohdio_core.schemas.sentences import SentenceView


class ScrapeStatus(StrEnum):
    """The states of a scan."""

    SCRAPING = "scraping"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ScrapeView(BaseModel):
    """The scan of a category or feed."""

    id: int = Field(examples=[3])
    url: str = Field(examples=["https://ici.radio-canada.ca/ohdio/categories/1003592/jeunesse"])
    title: str | None = Field(description="The listing's own name, once it is known.", examples=["Jeunesse"])
    status: ScrapeStatus = Field(examples=["scraping"])
    pages_done: int = Field(examples=[2])
    found: int = Field(description="Books on the pages so far.", examples=[40])
    new: int = Field(description="Of these, books that were not known.", examples=[38])
    known: int = Field(examples=[2])
    skipped: int = Field(description="Of those found, books that the filters did not want.", examples=[0])
    unwanted: int = Field(
        description="Of those found, books that were removed before; left out unless `again` is true.", examples=[0]
    )
    left_out: dict[str, int] = Field(
        description="Entries of the listing that are no books, by what they have in the place of sound.",
        examples=[{"no file": 2, "a video": 1}],
    )
    left_out_messages: dict[str, SentenceView] = Field(
        description="The keys of `left_out` as ids and values.",
        examples=[{"a video": {"id": "omission.video", "values": {}}}],
    )
    note: str | None = Field(
        description="What to know of the listing, though it was read: a page of it that is gone.", examples=[None]
    )
    note_message: SentenceView | None = Field(description="`note` as an id and values.", examples=[None])
    filters: FilterOrder | None = Field(description="Which books are wanted; null for all.", examples=[None])
    again: bool = Field(description="Whether books that were removed before are wanted, too.", examples=[False])
    wait_reason: str | None = Field(description="Why it waits, when it does.", examples=[None])
    wait_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    error: str | None = Field(examples=[None])
    error_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    created_at: datetime = Field(examples=["2026-03-01T09:30:00Z"])
    updated_at: datetime = Field(examples=["2026-03-01T09:30:04Z"])


class ScrapeContents(BaseModel):
    """What the books of a scan come to."""

    books: int = Field(description="Of which there are sums: at most 5,000 of those found.", examples=[240])
    seconds: float = Field(description="Of sound, as far as it is known.", examples=[532_800.0])
    bytes: int = Field(description="Of audio, as far as it is known.", examples=[2_900_000_000])
    expected_bytes: int = Field(
        default=0,
        description="The same, with what is expected of those whose size nobody says: by their length, or as books "
        "usually have.",
        examples=[3_200_000_000],
    )
    held: int = Field(default=0, description="Books that wait for room, as they would not fit the disk.", examples=[0])
    removable: int = Field(description="Books that this scan added and that are not complete.", examples=[231])


class TakenOut(BaseModel):
    """What was taken out of the queue with a scan."""

    removed: int = Field(description="How many books.", examples=[231])
    removal: UUID = Field(
        description="With which `POST /queue/items/restore` undoes it, for an hour.",
        examples=["0b0f9d6e-58a4-4c0e-9f2a-6d0a3c1b7e55"],
    )
