"""What people have ordered, as clients see it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from ohdio_core.domain.act import Act


class ActView(BaseModel):
    """Something that a person has ordered."""

    id: int = Field(examples=[17])
    at: datetime = Field(examples=["2026-03-01T09:31:12Z"])
    actor: str | None = Field(description="The name of an account, where one was signed in.", examples=["Odile"])
    way: str = Field(
        description="How the person was recognised: session, token, proxy, or this machine; follow, where one did "
        "what a person had told it to.",
        examples=["session"],
    )
    act: Act = Field(examples=["removed"])
    about: str | None = Field(description="A title, a link, a setting or an account.", examples=["Sailing"])
    items: int = Field(description="How many it concerned.", examples=[1])
    audiobook_id: int | None = Field(description="Of the book, where it is one that is still there.", examples=[12])


class History(BaseModel):
    """A page of what people have ordered, the last first."""

    items: list[ActView]
    next: int | None = Field(description="`before` of the next page; null on the last.", examples=[17])
