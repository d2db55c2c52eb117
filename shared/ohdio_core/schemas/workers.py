"""Worker processes as clients see them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class RunningWork(BaseModel):
    """What a worker does at the moment."""

    title: str = Field(description="Of the book or listing; its link where it has none yet.", examples=["Le phare"])
    since: datetime | None = Field(description="When it was given a slot.", examples=["2026-03-01T09:31:12Z"])


class WorkerView(BaseModel):
    """One stage that a worker process serves."""

    id: UUID = Field(description="Unique for each start.", examples=["0b7e3c52-6f0e-4d9a-9a43-2f2d0f7c1a11"])
    service: str = Field(examples=["downloader"])
    threads: int = Field(examples=[3])
    host: str = Field(examples=["shelf"])
    pid: int = Field(examples=[4711])
    version: str = Field(examples=["0.1.0"])
    started_at: datetime = Field(examples=["2026-03-01T09:00:00Z"])
    beat_at: datetime = Field(description="When it was last heard.", examples=["2026-03-01T09:31:12Z"])
    is_live: bool = Field(description="Whether it was heard lately.", examples=[True])
    running: list[RunningWork] = Field(description="What it does at the moment, one for each busy thread.")


class Workers(BaseModel):
    """All worker processes."""

    items: list[WorkerView]
