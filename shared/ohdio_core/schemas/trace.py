"""The story of a book, as clients see it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from ohdio_core.schemas.attempts import AttemptView
from ohdio_core.schemas.sentences import SentenceView


class TraceEventKind(StrEnum):
    """What happened to a book."""

    ADDED = "added"  #: somebody asked for it, or a scan found it first
    FOUND = "found"  #: a scan found it
    RUN = "run"  #: it was worked on: ``run`` tells how that ended
    DESCRIBED = "described"  #: by its listing
    FILED = "filed"  #: its files are in the library
    NOW = "now"  #: what it waits for, or that it is being worked on


class TraceEvent(BaseModel):
    """One thing that happened to a book."""

    at: datetime = Field(description="When it happened, or began.", examples=["2026-03-01T09:30:02Z"])
    kind: TraceEventKind = Field(examples=["run"])
    text: str = Field(
        examples=["the attempt failed: stories.example broke the connection after 1,500,000 of 6,000,000 bytes."]
    )
    message: SentenceView = Field(description="`text` as an id and values.")
    run: AttemptView | None = Field(description="Of a run: how it ended, when, and where.")


class BookTrace(BaseModel):
    """What happened to a book, from the submission to the file."""

    audiobook_id: int = Field(examples=[41])
    title: str | None = Field(description="Null until it is known.", examples=["The Lamp in the Harbour"])
    url: str = Field(examples=["https://stories.example/feed.xml#item=0011223344556677"])
    trace_id: str | None = Field(
        description="Of the submission that it comes from; every line that services log about it carries this id. Null "
        "of what an earlier version queued, and of what is not in the queue any more.",
        examples=["4bf92f3577b34da6a3ce929d0e0e4736"],
    )
    events: list[TraceEvent] = Field(description="In the order in which they happened or began.")
