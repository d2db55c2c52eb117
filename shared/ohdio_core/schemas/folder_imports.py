"""Folders of books that people had, as clients see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from ohdio_core.domain.found_book import Verdict
from ohdio_core.schemas.body import AS_WHOLE, MAX_ID, VISIBLE, Body
from ohdio_core.schemas.queue import MOST_IDS
from ohdio_core.schemas.sentences import SentenceView

ImportStep = Literal["reading", "read", "filing"]


class FolderOrder(Body):
    """A folder to be read."""

    path: Annotated[str, StringConstraints(max_length=4000, pattern=VISIBLE)] = Field(
        description="Of the folder, as the downloader sees it; a container sees only what is mounted in it.",
        examples=["/library/Old books"],
    )
    is_moved: bool = Field(
        default=False, description="Move what is taken, rather than copy it; what is in the library stays in its place."
    )


class FoundBookView(BaseModel):
    """A book that was found in the folder."""

    id: int = Field(examples=[3])
    place: str = Field(description="Below the folder.", examples=["Odile Marchand/The Lamp in the Harbour"])
    verdict: Verdict = Field(
        description="`have`: the library has it; `known`: it is waited for, and need not be fetched; `unsure`: it may "
        "be `audiobook_id`; `new`: enough is known of it to be a book of its own; `refused`: see `reason`.",
        examples=["known"],
    )
    title: str | None = Field(examples=["The Lamp in the Harbour"])
    authors: list[str] = Field(examples=[["Odile Marchand"]])
    seconds: float | None = Field(description="Of all its sound, as its files say.", examples=[22_320.0])
    bytes: int = Field(examples=[96_000_000])
    files: int = Field(description="With sound.", examples=[12])
    audiobook_id: int | None = Field(description="The book that it is, or may be.", examples=[41])
    reason: str | None = Field(description="Why it is not taken, or not sure.", examples=[None])
    message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    is_wanted: bool = Field(description="Somebody has ordered to take it.", examples=[False])
    taken_at: datetime | None = Field(description="Since when the library has it.", examples=[None])


class FolderImportView(BaseModel):
    """A folder that is read, or taken in."""

    path: str = Field(examples=["/library/Old books"])
    is_moved: bool = Field(examples=[False])
    step: ImportStep = Field(description="`read`: it waits for what is wanted of it.", examples=["read"])
    ended_at: datetime | None = Field(examples=[None])
    error: str | None = Field(
        description="Why the folder cannot be read, or what keeps books from being taken for now.", examples=[None]
    )
    error_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    wait_reason: str | None = Field(description="Why nobody is at it, while somebody should be.", examples=[None])
    wait_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    counts: dict[str, int] = Field(description="How many were found by verdict.", examples=[{"known": 3, "new": 1}])
    taken: int = Field(description="How many were taken.", examples=[0])


class FolderImportState(BaseModel):
    """How far the last folder is."""

    last: FolderImportView | None = Field(description="Null where none was ever read.")


class FolderImports(BaseModel):
    """The last folder, and the first thousand books that were found in it; what is unsure or refused comes first."""

    last: FolderImportView | None = Field(description="Null where none was ever read.")
    items: list[FoundBookView]


class FoundIds(Body):
    """Which found books are taken; what is unsure is taken for the book that it may be."""

    ids: list[Annotated[int, Field(ge=1, le=MAX_ID), AS_WHOLE]] = Field(
        min_length=1, max_length=MOST_IDS, examples=[[3]]
    )


class EveryFound(Body):
    """All found books that are known, or also those that are new."""

    all: Literal["known", "new"] = Field(description="`new` means both.", examples=["known"])
