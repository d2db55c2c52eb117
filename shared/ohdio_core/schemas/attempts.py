"""What became of work, as clients see it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from ohdio_core.domain.queue import RunOutcome
from ohdio_core.schemas.sentences import SentenceView


class WorkStage(StrEnum):
    """The stages of work."""

    SCAN = "scan"
    DESCRIPTION = "description"
    DOWNLOAD = "download"
    CHECK = "check"  #: of what is followed


class AttemptView(BaseModel):
    """What became of one run of work, or of several that ended alike, one after another."""

    stage: WorkStage = Field(examples=["download"])
    outcome: RunOutcome = Field(
        description="`attempt-failed` is tried again, `failed` is not; `waits`, `stopped` and `lease-lost` (its worker "
        "fell silent) cost no attempt unless a worker dies at the same place again and again.",
        examples=["attempt-failed"],
    )
    reason: str | None = Field(
        description="Why it ended so; null where it is complete.",
        examples=["stories.example broke the connection after 1,500,000 of 6,000,000 bytes."],
    )
    message: SentenceView | None = Field(description="`reason` as an id and values.")
    began_at: datetime = Field(examples=["2026-03-01T09:30:02Z"])
    ended_at: datetime = Field(examples=["2026-03-01T09:30:41Z"])
    seconds: float = Field(description="How long it ran, all times together.", examples=[39.2])
    times: int = Field(description="So many runs, one after another, ended so: each found the same wait.", examples=[1])
    attempt: int = Field(description="Which attempt it was, from 1.", examples=[1])
    bytes: int = Field(description="Of audio that came, also those that were not kept.", examples=[1_500_000])
    host: str | None = Field(description="Where it ran; null when that worker is forgotten.", examples=["shelf"])
    worker_id: UUID = Field(description="As `/workers` lists it.", examples=["0b7e3c52-6f0e-4d9a-9a43-2f2d0f7c1a11"])


class Attempts(BaseModel):
    """What became of the newest runs, of each stage 50 at most."""

    items: list[AttemptView] = Field(description="The newest first.")
