"""The library as clients see it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from ohdio_core.schemas.audiobooks import AudiobookView
from ohdio_core.schemas.body import AS_WHOLE, MAX_ID, Body
from ohdio_core.schemas.pages import Page
from ohdio_core.schemas.queue import MOST_IDS
from ohdio_core.schemas.sentences import SentenceView


class LibraryPage(Page[AudiobookView]):
    """Some of the books that are in the library now."""

    missing: int = Field(
        description="How many complete books would be on this page, too, and are not there: `/library/missing` names "
        "them.",
        examples=[0],
    )


class MissingBooks(BaseModel):
    """Complete books whose files are gone from the library."""

    location: str = Field(description="Of the library.", examples=["/home/odile/Audiobooks"])
    checked: int = Field(description="How many complete books were looked for.", examples=[412])
    items: list[AudiobookView]
    note: str | None = Field(
        description="What to know before anything is done about them: so many are missing, of all books, that a part "
        "of the library may not be mounted.",
        examples=[None],
    )
    note_message: SentenceView | None = Field(description="`note` as an id and values.")


class MissingIds(Body):
    """Books that were shown as missing; those that are not missing any more are left alone."""

    ids: list[Annotated[int, Field(ge=1, le=MAX_ID), AS_WHOLE]] = Field(
        min_length=1, max_length=MOST_IDS, examples=[[41]]
    )


class RenameView(BaseModel):
    """A book whose folder has another name than it would get today."""

    id: int = Field(examples=[41])
    title: str = Field(examples=["La brume"])
    folder: str = Field(description="Where it is, below the library.", examples=["Ève Tremblé/La brume"])
    becomes: str | None = Field(
        description="Where it would go; null where other books have all of its places.",
        examples=["Ève Tremblé/Les îles/2 - La brume"],
    )


class RenameList(BaseModel):
    """What would become of the folders of all books by the names of today (`BOOK_NAMES`)."""

    items: list[RenameView] = Field(description="Books that would be moved, in the order in which they were added.")
    conflicts: list[RenameView] = Field(description="Books that would be, if other books had not all of their places.")
    as_they_are: int = Field(description="How many books are where they belong.", examples=[380])
    by_hand: int = Field(description="How many people have put elsewhere, so that they stay.", examples=[3])
    under_way: int = Field(description="How many were ordered to be moved, and are not yet.", examples=[0])


class RenameOrder(Body):
    """An order to move all books to where they belong by the names of today."""

    by_hand: bool = Field(False, description="Those that people have put elsewhere, too.")


class Arrivals(BaseModel):
    """The books that were filed last."""

    items: list[AudiobookView] = Field(description="The last one first.")
