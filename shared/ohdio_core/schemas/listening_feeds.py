"""Listening feeds as clients see them, and as they order them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from ohdio_core.domain.feed_scope import FeedScope
from ohdio_core.schemas.body import WITHOUT_NUL, Body, blank_is
from ohdio_core.schemas.listening import ListenerView


class FeedOrder(Body):
    """Of what a listening feed is to be."""

    scope: Annotated[FeedScope, Field(strict=False), blank_is(FeedScope.LIBRARY)] = Field(
        FeedScope.LIBRARY, examples=["author"]
    )
    about: str | None = Field(
        None,
        max_length=500,
        pattern=WITHOUT_NUL,
        description="The name of the author or series, or the id of the book or follow; null for the whole library.",
        examples=["Odile Marchand"],
    )


class FeedView(BaseModel):
    """A listening feed: an address by which a podcast app hears a part of the library, and which is not told again."""

    id: int = Field(examples=[1])
    scope: FeedScope = Field(examples=["author"])
    about: str | None = Field(
        description="The name of the author or series, or the id of the book or follow.", examples=["Odile Marchand"]
    )
    title: str | None = Field(
        description="What that was called when the feed was made; null of the whole library.",
        examples=["Odile Marchand"],
    )
    listener: ListenerView = Field(description="Whose it is.")
    made_at: datetime = Field(examples=["2026-03-01T09:31:12Z"])
    used_at: datetime | None = Field(
        description="When an app asked for it last, give or take an hour; null where none has.", examples=[None]
    )


class Feeds(BaseModel):
    """Listening feeds that are not revoked, the newest first."""

    items: list[FeedView]


class MadeFeed(FeedView):
    """A listening feed that has just been made, with its address, which is told this once."""

    address: str = Field(
        description="For a podcast app. Whoever has it hears this part of the library, until it is revoked.",
        examples=["https://nas.example/podcast/Zb0v3J1kq9mTcXw5LrY8uH2nPdE7sAfG/feed.xml"],
    )
    catalogue: str = Field(
        description="The same as a catalogue (OPDS 1.2), for apps that fetch whole books.",
        examples=["https://nas.example/podcast/Zb0v3J1kq9mTcXw5LrY8uH2nPdE7sAfG/catalogue.xml"],
    )
