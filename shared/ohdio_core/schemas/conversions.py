"""Converting books of the library, as clients see it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, Field

from ohdio_core.domain.book_form import FormName
from ohdio_core.domain.failure_cause import ConversionRemedy
from ohdio_core.schemas.sentences import SentenceView


class ConversionState(StrEnum):
    """Where a conversion stands."""

    WAITING = "waiting"  #: for its turn, or for what `wait_reason` says
    RUNNING = "running"
    PAUSED = "paused"
    FAILED = "failed"  #: the book is what it was


class ConversionView(BaseModel):
    """A book that is to become one file."""

    id: int = Field(description="The book's.", examples=[41])
    title: str | None = Field(examples=["The Lamp in the Harbour"])
    authors: list[str] = Field(examples=[["Odile Marchand"]])
    url: str = Field(examples=["https://ici.radio-canada.ca/ohdio/livres-audio/1234"])
    form: FormName = Field(examples=["m4b-64k"])
    state: ConversionState = Field(examples=["running"])
    ordered_at: datetime = Field(examples=["2026-03-01T09:30:00Z"])
    seconds_done: float = Field(description="Of sound that was encoded.", examples=[5_400.0])
    seconds_total: float | None = Field(
        description="That are encoded; null until that is known, and where nothing is.", examples=[18_240.0]
    )
    eta_seconds: float | None = Field(
        description="Until it is done, as fast as this machine encodes; null where nobody knows.", examples=[420.0]
    )
    wait_reason: str | None = Field(description="Why it does not go on, when it does not.", examples=[None])
    wait_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    error: str | None = Field(description="Why it failed; the book itself is complete.", examples=[None])
    error_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    remedy: ConversionRemedy | None = Field(
        description="What helps where it failed. `retry`: it may work another time; `keep`: of the same files nothing "
        "else comes, and the book stays as it is; `dismiss`: its files are gone, so that nothing can be made of them.",
        examples=[None],
    )


class ConversionProgress(NamedTuple):
    """How far a conversion is that encodes. In JSON an array, as it is sent often: clients rely on the order."""

    id: int  #: the book's
    seconds_done: float
    seconds_total: float
    eta_seconds: float | None


class ConversionFrame(BaseModel):
    """How far everything is that is encoded."""

    items: list[ConversionProgress]


class ConversionEstimate(BaseModel):
    """What it takes to convert books."""

    books: int = Field(description="That are in the library.", examples=[3])
    encoded: int = Field(description="Those of them that must be encoded anew for it.", examples=[2])
    sound_seconds: float = Field(description="Of sound that is encoded, as far as that is known.", examples=[36_000.0])
    seconds: float | None = Field(
        description="How long that takes, as fast as the slowest of the machines encodes; null where nobody knows yet.",
        examples=[720.0],
    )
    bytes: int = Field(description="About how large what is encoded becomes.", examples=[288_000_000])
    bytes_before: int = Field(description="How large all of these books are now.", examples=[576_000_000])
