"""Listeners, and how far they are, as clients see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from ohdio_core.schemas.body import AS_WHOLE, MAX_ID, VISIBLE, Body
from ohdio_core.schemas.problem import Problem

#: Longer than any recording; JSON has no infinity (RFC 8259 section 6).
_LONGEST = 100 * 24 * 3600.0  # seconds


class ListenerOrder(Body):
    """What a listener is called."""

    name: str = Field(min_length=1, max_length=100, pattern=VISIBLE, examples=["Odile"])


class ListenerView(BaseModel):
    """Somebody who listens; without a password."""

    id: int = Field(examples=[1])
    name: str | None = Field(description="Null for the one that is there from the start.", examples=["Odile"])


class ListenerViews(BaseModel):
    """All who listen."""

    items: list[ListenerView]


class PositionOrder(Body):
    """How far a listener is, and what that was before, as far as the sender knows."""

    seconds: float = Field(
        ge=0, le=_LONGEST, allow_inf_nan=False, description="On the timeline of the whole book.", examples=[4321.5]
    )
    revision: Annotated[int, Field(ge=0, le=MAX_ID), AS_WHOLE] = Field(
        description="That of the position that the sender knows; 0 where it knows of none.", examples=[7]
    )


class PositionView(BaseModel):
    """How far a listener is in a book."""

    seconds: float = Field(description="On the timeline of the whole book.", examples=[4321.5])
    revision: int = Field(description="One more with each change; 0 where nothing was saved yet.", examples=[8])
    updated_at: datetime | None = Field(description="Null where nothing was saved yet.", examples=[None])


class PositionConflict(Problem):
    """A position that was not saved, as another one was saved meanwhile."""

    stored: PositionView = Field(description="What is saved; to overwrite it, send its revision.")
    sent: PositionOrder = Field(description="What was to be saved.")
