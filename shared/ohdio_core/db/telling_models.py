"""The tables of who is told of what becomes of books, what is to be told, and what was."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ohdio_core.db.base import Base, Timestamp
from ohdio_core.domain.telling import ChannelKind, TellingEvent


class TellingChannel(Base):
    """Somebody who is told, and how."""

    __tablename__ = "channels"
    __table_args__ = (
        CheckConstraint("kind IN ('apprise', 'webhook', 'audiobookshelf', 'jellyfin', 'plex')", name="kind_known"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[ChannelKind] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)  #: may be a secret by itself; shown in part, logged never
    secret: Mapped[str | None] = mapped_column(Text)  #: of a webhook what signs it, of a player its token
    events: Mapped[list[TellingEvent]] = mapped_column(ARRAY(Text))
    language: Mapped[str] = mapped_column(Text, server_default="en")  #: for people
    made_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())


class Notice(Base):
    """Something that a channel is to be told: written by triggers, with the change itself; gone once on its way."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_channel_id", "channel_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    channel_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("channels.id", ondelete="CASCADE"))
    event: Mapped[TellingEvent] = mapped_column(Text)
    audiobook_id: Mapped[int | None] = mapped_column(BigInteger)  #: None of a follow
    title: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  #: ``Sentence.as_json``
    at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())


class Delivery(Base):
    """A message that is sent until it arrives, with waits that grow, or until nobody tries any more."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_channel_id", "channel_id", "id"),
        Index("ix_deliveries_due", "next_attempt_at", postgresql_where=text("next_attempt_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    #: The same at each attempt, so that a receiver knows what it has.
    key: Mapped[UUID] = mapped_column(Uuid, server_default=func.gen_random_uuid())
    channel_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("channels.id", ondelete="CASCADE"))
    body: Mapped[list[Any]] = mapped_column(JSONB)  #: the notices
    made_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))  #: of all
    #: So many of them were made when a person last wanted it tried again: for waits and for giving up the others count.
    attempts_before: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    next_attempt_at: Mapped[datetime | None] = mapped_column(Timestamp, server_default=func.now())  #: None: no more
    delivered_at: Mapped[datetime | None] = mapped_column(Timestamp)
    error: Mapped[str | None] = mapped_column(Text)  #: of the last attempt
    error_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
