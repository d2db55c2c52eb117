"""Repairs as clients see them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, Field

from ohdio_core.schemas.sentences import SentenceView


class RepairAction(StrEnum):
    """What becomes of a link that was stored wrongly."""

    SCAN = "scan"
    KEEP = "keep"


class MisplacedLink(BaseModel):
    """The link of a listing that was written down as one book."""

    audiobook_id: int = Field(examples=[41])
    url: str = Field(description="As it was stored.", examples=["https://ici.radio-canada.ca/ohdio/categories/77"])
    listing_url: str = Field(
        description="What is to be scanned.", examples=["https://ici.radio-canada.ca/ohdio/categories/77"]
    )
    title: str | None = Field(examples=[None])
    action: RepairAction = Field(description="A scan in its place, or nothing.", examples=["scan"])
    detail: str | None = Field(description="Why nothing, when nothing.", examples=[None])
    detail_message: SentenceView | None = Field(description="`detail` as an id and values.")


class Repairs(BaseModel):
    """What there is to repair, or what was repaired."""

    items: list[MisplacedLink]
