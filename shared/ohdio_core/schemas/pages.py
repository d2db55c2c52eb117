"""Lists as clients see them: a page at a time."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

ItemType = TypeVar("ItemType")


class Order(StrEnum):
    """Which end comes first."""

    ASC = "asc"
    DESC = "desc"


class Page(BaseModel, Generic[ItemType]):
    """Some of many."""

    model_config = ConfigDict(frozen=True)

    items: list[ItemType]
    next: str | None = Field(description="The cursor of the next page; null on the last.", examples=[None])
