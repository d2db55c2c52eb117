"""Verifying the library, as clients see it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ohdio_core.domain.file_fault import FaultKind
from ohdio_core.schemas.body import AS_WHOLE, MAX_ID, Body, SoughtWords
from ohdio_core.schemas.queue import MOST_IDS
from ohdio_core.schemas.sentences import SentenceView


class VerificationOrder(Body):
    """Which books are verified."""

    q: SoughtWords = None


class VerificationView(BaseModel):
    """One look at all files of the library, or of some books."""

    q: str | None = Field(description="Only books with these words; null for all.", examples=[None])
    began_at: datetime = Field(examples=["2026-03-01T09:30:00Z"])
    ended_at: datetime | None = Field(description="Null while it is under way.", examples=[None])
    is_complete: bool = Field(description="It has ended, and nobody has stopped it.", examples=[False])
    books_total: int = Field(description="When it began.", examples=[412])
    books_done: int = Field(examples=[120])
    files_done: int = Field(examples=[1_480])
    bytes_done: int = Field(examples=[31_000_000_000])
    edited: int = Field(
        description="Files whose tags or pictures others have changed: their sound is what was filed.", examples=[12]
    )
    wait_reason: str | None = Field(description="Why it does not go on, when it does not.", examples=[None])
    wait_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])


class VerificationState(BaseModel):
    """How far the files of the library were compared with their checksums."""

    last: VerificationView | None = Field(description="The one under way, or the last one; null where none ever was.")


class FaultyBooks(BaseModel):
    """How many books are faulty."""

    faulty: int = Field(description="How many books have files that are lost or damaged.", examples=[1])


class FaultyFile(BaseModel):
    """A file that is not as it was filed."""

    name: str = Field(description="In its book's folder.", examples=["07 - Le phare.mp3"])
    kind: FaultKind = Field(examples=["damaged"])
    reason: str = Field(examples=["07 - Le phare.mp3 is damaged: its sound is not what was filed."])
    message: SentenceView = Field(description="The same as an id and values.")
    found_at: datetime = Field(examples=["2026-03-01T09:41:00Z"])


class FaultyBook(BaseModel):
    """A book of which files are lost or damaged, as far as they were verified; not while it is fetched again."""

    id: int = Field(examples=[41])
    title: str | None = Field(examples=["The Lamp in the Harbour"])
    authors: list[str] = Field(examples=[["Odile Marchand"]])
    url: str = Field(examples=["https://ici.radio-canada.ca/ohdio/livres-audio/1234"])
    library_path: str | None = Field(examples=["Odile Marchand/The Lamp in the Harbour"])
    files: list[FaultyFile]


class VerifiedLibrary(BaseModel):
    """What is known of the files in the library."""

    last: VerificationView | None = Field(description="The one under way, or the last one; null where none ever was.")
    faulty: int = Field(description="How many books have files that are lost or damaged.", examples=[1])
    items: list[FaultyBook] = Field(description="The first thousand of them.")


class FaultyIds(Body):
    """Books that were shown as faulty; others are left alone."""

    ids: list[Annotated[int, Field(ge=1, le=MAX_ID), AS_WHOLE]] = Field(
        min_length=1, max_length=MOST_IDS, examples=[[41]]
    )


class EveryFaulty(Body):
    """All books with files that are lost or damaged."""

    all: Literal[True] = Field(examples=[True])
