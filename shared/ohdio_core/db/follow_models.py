"""The tables of follows: listings that are looked at again and again, and what was met in each."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Interval,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from ohdio_core.db.base import FORM_KNOWN, Base, Timestamp, WorkColumns, work_table_args


class Follow(WorkColumns, Base):
    """A listing that is followed. One check after the other is work on this row, which is never completed."""

    __tablename__ = "follows"

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("source", "external_id"),
            Index("ix_follows_url", "url"),
            CheckConstraint("take IN ('everything', 'newest', 'new')", name="take_known"),
            CheckConstraint("(take = 'newest') = (newest IS NOT NULL)", name="newest_has_a_number"),
            CheckConstraint("from_day IS NULL OR take = 'new'", name="new_from_a_day"),
            Index("ix_follows_keeps", "id", postgresql_where=text("keep_newest IS NOT NULL OR keep_for IS NOT NULL")),
            CheckConstraint(FORM_KNOWN, name="form_known"),
            CheckConstraint("hold IN ('unread', 'read', 'confirmed', 'ending')", name="hold_known"),
            *work_table_args("follows"),
        )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    url: Mapped[str] = mapped_column(Text)  #: canonical
    source: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)  #: where it has moved for good; ids of books keep to ``url``
    title: Mapped[str | None] = mapped_column(Text)
    take: Mapped[str] = mapped_column(Text)  #: ``domain.following.Take``: what of it was there before
    newest: Mapped[int | None] = mapped_column(Integer)  #: so many of them, for that
    from_day: Mapped[date | None] = mapped_column(Date)  #: for what is new: what appeared from then on is
    filters: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  #: ``collection.filters``
    most_per_check: Mapped[int | None] = mapped_column(Integer)  #: books that one check adds, at most
    most_bytes: Mapped[int | None] = mapped_column(BigInteger)  #: of audio that its books may have together
    check_every: Mapped[timedelta | None] = mapped_column(Interval)  #: None: as the settings say for such listings
    #: Which of its books stay (``collection.retention``): so many of the newest, each for so long.
    keep_newest: Mapped[int | None] = mapped_column(Integer)
    keep_for: Mapped[timedelta | None] = mapped_column(Interval)
    form: Mapped[str | None] = mapped_column(Text)  #: of the books that it adds; None: as the settings say
    speed_limit_kb: Mapped[int | None] = mapped_column(Integer)  #: of each of them
    #: What that was before, until it is passed on to all books that are to come (``collection.follows``).
    speeds_before: Mapped[list[int | None]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"))
    #: They are filed as the episodes of a show; None: if the listing is a feed.
    as_show: Mapped[bool | None] = mapped_column(Boolean)
    show: Mapped[str | None] = mapped_column(Text)  #: what that is called, since the first of them
    #: ``domain.following.Hold``: nothing of it is fetched before somebody confirms it. None where it is not held.
    hold: Mapped[str | None] = mapped_column(Text)
    #: What the listing says of itself (``domain.rhythm``), when it was last read.
    quiet_for: Mapped[timedelta | None] = mapped_column(Interval)
    skipped_hours: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"))
    is_feed: Mapped[bool] = mapped_column(Boolean, server_default=false())  #: when it was last read
    has_begun: Mapped[bool] = mapped_column(Boolean, server_default=false())  #: its listing was read once
    has_left: Mapped[bool] = mapped_column(Boolean, server_default=false())  #: books behind those that it added
    checked_at: Mapped[datetime | None] = mapped_column(Timestamp)
    found_at: Mapped[datetime | None] = mapped_column(Timestamp)  #: when a check last added something
    #: By what an unchanged listing is recognised (``sources.http.changes``); None until all that is new was read.
    validators: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    note: Mapped[str | None] = mapped_column(Text)  #: for people: what to know of it
    note_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class FollowedBook(Base):
    """A book that a follow has met in its listing: it is added once, ever, if at all."""

    __tablename__ = "followed_books"
    __table_args__ = (
        Index("ix_followed_books_audiobook_id", "audiobook_id"),
        Index("ix_followed_books_external_id", "external_id"),
    )

    follow_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("follows.id", ondelete="CASCADE"), primary_key=True)
    external_id: Mapped[str] = mapped_column(Text, primary_key=True)  #: within the source of the follow
    #: The book, if the follow added it, and as long as it is known.
    audiobook_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("audiobooks.id", ondelete="SET NULL"))
    published: Mapped[datetime | None] = mapped_column(Timestamp)  #: as the listing says, where the follow added it
    #: The greater the newer, as far as the order of the listing tells (``domain.following.Newness``); None where the
    #: follow did not want it.
    newness: Mapped[int | None] = mapped_column(BigInteger)
    is_spared: Mapped[bool] = mapped_column(Boolean, server_default=false())  #: somebody asked for it by its own link
