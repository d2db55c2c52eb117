"""Previews as clients see them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ohdio_core.domain.audiobook import TargetKind
from ohdio_core.schemas.body import Body, blank_is
from ohdio_core.schemas.filters import FilterOrder
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.schemas.submissions import Again


class PreviewOrder(Body):
    """A link to look at."""

    url: str = Field(examples=["https://stories.example/feed.xml"])
    # Strict bodies take JSON's text for it, as it is.
    wanted_as: Annotated[Literal["books", "book"], blank_is("books")] = Field(
        default="books", alias="as", description="What a feed becomes."
    )
    filters: FilterOrder = FilterOrder()
    again: Again = False


class PreviewState(StrEnum):
    """What adding the link would do with a book."""

    NEW = "new"
    KNOWN = "known"
    SKIPPED = "skipped"
    UNWANTED = "unwanted"


class PreviewBook(BaseModel):
    """A book that the link leads to."""

    url: str = Field(examples=["https://stories.example/feed.xml#item=0011223344556677"])
    title: str | None = Field(description="Null where the listing does not tell.", examples=["The Lamp in the Harbour"])
    authors: list[str] = Field(examples=[["Odile Marchand"]])
    cover_url: str | None = Field(examples=["https://stories.example/covers/41.jpg"])
    language: str | None = Field(examples=["fr"])
    duration_seconds: float | None = Field(examples=[5400.0])
    size_bytes: int | None = Field(description="Null where the listing does not tell.", examples=[64_800_000])
    state: PreviewState = Field(examples=["new"])
    detail: str | None = Field(description="Why it would be left out, when it would.", examples=[None])
    detail_message: SentenceView | None = Field(description="`detail` as an id and values.")


class Preview(BaseModel):
    """What a link would add."""

    url: str = Field(description="In its canonical form.", examples=["https://stories.example/feed.xml"])
    kind: TargetKind = Field(examples=["category"])
    source: str = Field(description="What read it.", examples=["feed"])
    title: str | None = Field(description="The listing's, or the book's.", examples=["Evening Stories"])
    total: int | None = Field(description="How many books the listing says that it has.", examples=[144])
    found: int = Field(description="How many books were looked at.", examples=[120])
    new: int = Field(examples=[115])
    known: int = Field(examples=[5])
    skipped: int = Field(description="Books that the filters do not want.", examples=[0])
    unwanted: int = Field(description="Books that were removed before, unless `again` is true.", examples=[0])
    undecided: int = Field(
        description="Of the new ones, books of which the listing does not tell all that the filters ask: "
        "they are asked again once the book is described.",
        examples=[0],
    )
    is_whole: bool = Field(
        description="Whether the numbers hold for all of it; else it has at least so many.", examples=[True]
    )
    note: str | None = Field(
        description="Why they do not, when they do not; else what to know of the listing.", examples=[None]
    )
    note_message: SentenceView | None = Field(description="`note` as an id and values.")
    left_out: dict[str, int] = Field(
        description="Entries of the listing that are no books, by what they have in the place of sound.",
        examples=[{"no file": 2}],
    )
    left_out_messages: dict[str, SentenceView] = Field(
        description="The keys of `left_out` as ids and values.",
        examples=[{"a video": {"id": "omission.video", "values": {}}}],
    )
    books: list[PreviewBook]
