"""Who is told of what becomes of books, as clients see it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, SecretStr

from ohdio_core.domain.telling import ChannelKind, TellingEvent
from ohdio_core.schemas.body import Body, blank_is
from ohdio_core.schemas.sentences import SentenceView

_LONGEST = 2000


class ChannelOrder(Body):
    """Somebody to be told."""

    kind: ChannelKind = Field(strict=False, examples=["webhook"])
    address: str = Field(
        min_length=1,
        max_length=_LONGEST,
        pattern=r"^[^\x00-\x20\x7f]+$",
        description="For apprise one of its URLs; for a webhook where it is sent to; for a player where that is.",
        examples=["https://home.example/hooks/ohdio"],
    )
    token: SecretStr | None = Field(
        None,
        max_length=_LONGEST,
        description="A player's, made in its settings.",
        examples=["a-token-of-jellyfin"],
    )
    events: list[Annotated[TellingEvent, Field(strict=False)]] | None = Field(
        None,
        max_length=3,
        description="Of what; by default of everything, and players of what is complete.",
        examples=[["completed"]],
    )
    language: Annotated[Literal["en", "fr"], blank_is("en")] = Field("en", description="For people.", examples=["fr"])


class ChannelView(BaseModel):
    """Somebody who is told. Address and secrets are told no more."""

    id: int = Field(examples=[1])
    kind: ChannelKind = Field(examples=["webhook"])
    address: str = Field(description="As much of it as is no secret.", examples=["https://home.example/…"])
    events: list[TellingEvent] = Field(examples=[["completed", "failed"]])
    language: str = Field(examples=["en"])
    made_at: datetime = Field(examples=["2026-03-01T09:31:12Z"])
    delivered_at: datetime | None = Field(description="When something arrived there last.", examples=[None])
    waiting: int = Field(description="Messages that are on their way, or tried again.", examples=[0])
    given_up: int = Field(description="Messages that nobody tries again, unless a person wants it.", examples=[0])
    error: str | None = Field(description="Why the last attempt failed; null where it did not.", examples=[None])
    error_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])


class Channels(BaseModel):
    """All who are told, the first one first."""

    items: list[ChannelView]


class MadeChannel(ChannelView):
    """Somebody who is told from now on."""

    secret: str | None = Field(
        description="Of a webhook what its signatures are made with (standardwebhooks.com); told this once.",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )


class DeliveryView(BaseModel):
    """A message, and what became of it."""

    key: UUID = Field(
        description="The same at each attempt: `webhook-id`.", examples=["0b6de0c6-8f5b-4b3f-9a1a-1f1a7a3f5d11"]
    )
    notices: int = Field(description="So much is told in it.", examples=[1])
    made_at: datetime = Field(examples=["2026-03-01T09:31:12Z"])
    attempts: int = Field(examples=[2])
    next_attempt_at: datetime | None = Field(
        description="Null once it has arrived, or nobody tries any more.", examples=["2026-03-01T09:31:32Z"]
    )
    delivered_at: datetime | None = Field(examples=[None])
    error: str | None = Field(description="Why the last attempt failed.", examples=["HTTP 503 was answered."])
    error_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])


class Deliveries(BaseModel):
    """The newest messages of a channel, the last one first."""

    items: list[DeliveryView]


class TestOutcome(BaseModel):
    """What became of a test."""

    is_delivered: bool = Field(examples=[True])
    error: str | None = Field(description="Why not; null where it arrived.", examples=[None])
    error_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])


class Retried(BaseModel):
    """What is tried again now."""

    messages: int = Field(examples=[2])


class HookData(BaseModel):
    """What has happened, of a webhook."""

    audiobook_id: int | None = Field(description="Null of a follow, and of a test.", examples=[17])
    title: str = Field(examples=["The lamp"])
    reason: str | None = Field(description="Why; null of what is complete.", examples=[None])
    message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])


class Hook(BaseModel):
    """The body of a webhook (standardwebhooks.com)."""

    type: Literal["completed", "failed", "needs_person", "test"] = Field(examples=["completed"])
    timestamp: datetime = Field(description="When it happened.", examples=["2026-03-01T09:31:12Z"])
    data: HookData
