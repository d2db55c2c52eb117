"""Held follows: what of a listing somebody has, as clients see it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from ohdio_core.schemas.body import AS_WHOLE, MAX_ID, Body
from ohdio_core.schemas.follows import Taken
from ohdio_core.schemas.sentences import SentenceView

_MOST_HAD = 10_000


class HoldStep(StrEnum):
    """How far a held follow is."""

    LISTING = "listing"  #: its listing is read
    DESCRIBING = "describing"  #: its books are described
    COMPARING = "comparing"  #: the folder is read
    READY = "ready"  #: it waits to be confirmed
    NO_FOLDER = "no_folder"  #: it is compared with nothing: see ``error``, or somebody ended that


class HeldState(StrEnum):
    """What somebody has of a book of the listing."""

    HAVE = "have"  #: the library has it
    FOUND = "found"  #: it is in the folder
    UNSURE = "unsure"  #: it may be
    MISSING = "missing"


class HeldBookView(BaseModel):
    """A book of the listing of a held follow."""

    audiobook_id: int = Field(examples=[41])
    title: str | None = Field(examples=["The Lamp in the Harbour"])
    authors: list[str] = Field(examples=[["Odile Marchand"]])
    seconds: float | None = Field(examples=[22_320.0])
    published: datetime | None = Field(description="As the listing says.", examples=["2026-03-01T09:00:00Z"])
    state: HeldState = Field(examples=["unsure"])
    found_id: int | None = Field(description="Of what was found in the folder.", examples=[3])
    place: str | None = Field(description="Of that, below the folder.", examples=["Show/2026-03-01 - The Lamp.mp3"])
    found_seconds: float | None = Field(description="How long that sounds.", examples=[22_300.0])
    reason: str | None = Field(description="Why it is not sure.", examples=[None])
    message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])


class HeldView(BaseModel):
    """What of the listing of a held follow somebody has: all books that are unsure, and others, up to 900 in all."""

    step: HoldStep = Field(examples=["ready"])
    path: str | None = Field(description="Of the folder.", examples=["/library/Old shows"])
    is_moved: bool = Field(description="Files are moved, not copied, once that is confirmed.", examples=[False])
    error: str | None = Field(description="Why the folder, or the listing, cannot be read.", examples=[None])
    error_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    wait_reason: str | None = Field(description="Why nobody compares, while somebody should.", examples=[None])
    wait_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    counts: dict[str, int] = Field(
        description="How many of its books there are by state.", examples=[{"found": 3, "missing": 12}]
    )
    others: int = Field(description="Books in the folder that are none of its listing.", examples=[2])
    items: list[HeldBookView]


class HeldConfirmation(Body):
    """That what was found is had, and what is to become of what is missing."""

    had: list[Annotated[int, Field(ge=1, le=MAX_ID), AS_WHOLE]] = Field(
        default=[],
        max_length=_MOST_HAD,
        description="The `found_id` of those unsure ones that are had.",
        examples=[[3]],
    )
    take: Taken | None = Field(
        default=None,
        description="What of the missing is fetched; null for what the follow was ordered with.",
        examples=["everything"],
    )
