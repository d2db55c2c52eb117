"""Adding links, as clients see it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ohdio_core.domain.audiobook import TargetKind
from ohdio_core.domain.queue import DEFAULT_PRIORITY
from ohdio_core.schemas.body import Body, FormWish, Priority, SpeedLimit, blank_is
from ohdio_core.schemas.filters import FilterOrder
from ohdio_core.schemas.sentences import SentenceView

MOST_URLS = 500


class SubmissionState(StrEnum):
    """What became of a link."""

    ACCEPTED = "accepted"
    KNOWN = "known"
    REFUSED = "refused"


#: Whether what was removed is wanted.
Again = Annotated[
    bool,
    Field(
        description="Also books of categories and feeds that were removed before they were complete, or with their "
        "files. A book whose own link is given always is wanted."
    ),
]


class Wishes(Body):
    """How links are to be collected."""

    priority: Priority = DEFAULT_PRIORITY
    # Strict bodies take JSON's text for it, as it is.
    wanted_as: Annotated[Literal["books", "book"], blank_is("books")] = Field(
        default="books",
        alias="as",
        description="What a feed becomes: a book for each episode, or one book with an episode for each chapter.",
    )
    filters: FilterOrder = Field(
        default=FilterOrder(),
        description="Which books of categories and feeds are wanted. A book whose own link is given always is.",
    )
    again: Again = False
    form: Annotated[FormWish | None, blank_is(None)] = None
    speed_limit_kb: SpeedLimit | None = None


class Submission(Wishes):
    """Links to collect: of categories, feeds or single audiobooks."""

    urls: list[str] = Field(
        min_length=1, max_length=MOST_URLS, examples=[["https://ici.radio-canada.ca/ohdio/livres-audio/1234/title"]]
    )


class SubmissionResult(BaseModel):
    """What became of one link."""

    url: str = Field(
        description="In its canonical form; as it came when it was refused, without any password.",
        examples=["https://ici.radio-canada.ca/ohdio/livres-audio/1234"],
    )
    kind: TargetKind | None = Field(description="Null for what is neither.", examples=["audiobook"])
    id: int | None = Field(description="Of the scan, or of the audiobook.", examples=[41])
    state: SubmissionState = Field(examples=["accepted"])
    detail: str | None = Field(description="A sentence, where there is something to say.", examples=[None])
    detail_message: SentenceView | None = Field(description="`detail` as an id and values.")


class SubmissionResults(BaseModel):
    """What became of the links, one result each, in their order."""

    results: list[SubmissionResult]
