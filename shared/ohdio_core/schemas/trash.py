"""The trash as clients see it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from ohdio_core.domain.book_form import OneFileName
from ohdio_core.schemas.body import AS_WHOLE, MAX_ID, Body
from ohdio_core.schemas.pages import Page
from ohdio_core.schemas.queue import MOST_IDS, Concerned
from ohdio_core.schemas.sentences import SentenceView


class TrashedBookView(BaseModel):
    """A book that was deleted with its files."""

    id: int = Field(description="The id that it had, and has again once it is back.", examples=[41])
    title: str | None = Field(examples=["The Lamp in the Harbour"])
    authors: list[str] = Field(examples=[["Odile Marchand"]])
    url: str = Field(examples=["https://ici.radio-canada.ca/ohdio/livres-audio/1234"])
    file_size: int = Field(description="Bytes of audio.", examples=[96_000_000])
    trashed_at: datetime = Field(examples=["2026-03-01T09:30:00Z"])
    kept_until: datetime = Field(description="It goes for good soon after.", examples=["2026-03-08T09:30:00Z"])
    reason: str | None = Field(description="Why, where no person has deleted it.", examples=[None])
    reason_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])


class TrashPage(Page[TrashedBookView]):
    """Some of the books in the trash."""

    books: int = Field(description="How many there are in all.", examples=[3])
    bytes: int = Field(description="Of their audio.", examples=[288_000_000])


class ReplacedFormView(BaseModel):
    """The files that a book had before it was converted."""

    id: int = Field(description="Of these files, not of the book.", examples=[7])
    audiobook_id: int = Field(examples=[41])
    title: str | None = Field(examples=["The Lamp in the Harbour"])
    authors: list[str] = Field(examples=[["Odile Marchand"]])
    url: str = Field(examples=["https://ici.radio-canada.ca/ohdio/livres-audio/1234"])
    files: int = Field(description="How many there are.", examples=[12])
    format: str = Field(description="Of the first of them.", examples=["MP3"])
    file_size: int = Field(description="Bytes of audio.", examples=[96_000_000])
    trashed_at: datetime = Field(examples=["2026-03-01T09:30:00Z"])
    kept_until: datetime = Field(description="They go for good soon after.", examples=["2026-03-08T09:30:00Z"])


class ReplacedForms(BaseModel):
    """The files that books had before they were converted."""

    items: list[ReplacedFormView] = Field(description="The thousand that were replaced last.")


class BookIds(Body):
    """Which books an order is for; those that do not fit are left alone."""

    ids: list[Annotated[int, Field(ge=1, le=MAX_ID), AS_WHOLE]] = Field(
        min_length=1, max_length=MOST_IDS, examples=[[41]]
    )


class ConversionOrder(Body):
    """What a book is to become."""

    form: OneFileName = Field(
        default="m4b",
        description="One file of this kind, where its sound allows it; with a bit rate it is encoded anew where it "
        "does not (`POST /conversions/estimate` says how long that takes).",
        examples=["m4b"],
    )


class ConvertedBooks(BookIds, ConversionOrder):
    """Which books are to become what."""


class WholeTrash(Body):
    """All that is in the trash."""

    all: Literal[True] = Field(examples=[True])


class ChangedBooks(Concerned):
    """How many books an order has changed."""

    problems: list[SentenceView] = Field(description="Why others were not, each once, as ids and values.")


class DeletedBooks(ChangedBooks):
    """How many books an order has deleted."""

    removal: UUID = Field(
        description="With which `POST /library/trash/restore` undoes it, for seven days.",
        examples=["0b0f9d6e-58a4-4c0e-9f2a-6d0a3c1b7e55"],
    )
