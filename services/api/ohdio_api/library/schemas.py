"""The library as clients see it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from ohdio_api.audiobooks.schemas import AudiobookView
from ohdio_api.paging import MAX_ID
from ohdio_api.queue.schemas import AS_WHOLE, MOST_IDS, Body


class MissingBooks(BaseModel):
    """Complete books whose files are gone from the library."""

    location: str = Field(description="Of the library.", examples=["/home/odile/Audiobooks"])
    checked: int = Field(description="How many complete books were looked for.", examples=[412])
    items: list[AudiobookView]


class MissingIds(Body):
    """Books that were shown as missing; those that are not missing any more are left alone."""

    ids: list[Annotated[int, Field(ge=1, le=MAX_ID), AS_WHOLE]] = Field(
        min_length=1, max_length=MOST_IDS, examples=[[41]]
    )
