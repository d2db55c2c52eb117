"""The tables of the files in the library and of who listens to them; those of books are in ``ohdio_core.db.models``."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ohdio_core.db.base import Base, Timestamp
from ohdio_core.domain.feed_scope import FeedScope


class BookFile(Base):
    """A file with sound of a book that is in the library, as it was filed; of books that were filed before, none."""

    __tablename__ = "book_files"

    audiobook_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audiobooks.id", ondelete="CASCADE"), primary_key=True
    )
    index: Mapped[int] = mapped_column(Integer, primary_key=True)  #: from 0, in listening order
    name: Mapped[str] = mapped_column(Text)  #: in the book's folder
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)  #: in hexadecimal
    sound_sha256: Mapped[str | None] = mapped_column(Text)  #: of its sound alone; None where nobody has taken it
    duration_seconds: Mapped[float | None] = mapped_column(Double)  #: None where nobody has measured it
    #: Pairs of the second where each begins and its title; None where nobody has looked.
    chapters: Mapped[list[list[Any]] | None] = mapped_column(JSONB(none_as_null=True))


class OrderedRename(Base):
    """A book whose folder is to be moved to where it belongs by its name (``ohdio_core.collection.renames``)."""

    __tablename__ = "renames"

    audiobook_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audiobooks.id", ondelete="CASCADE"), primary_key=True
    )
    ordered_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.clock_timestamp())


class TrashedBook(Base):
    """A book whose files lie in the trash of the library, as it was deleted (``ohdio_core.collection.trash``)."""

    __tablename__ = "trashed_books"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("ix_trashed_books_url", "url"),
        Index("ix_trashed_books_removal", "removal"),
        Index("ix_trashed_books_trashed_at", "trashed_at"),
    )

    audiobook_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)  #: the id that it had
    source: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)  #: canonical
    title: Mapped[str | None] = mapped_column(Text)
    authors: Mapped[list[str]] = mapped_column(ARRAY(Text))
    file_size: Mapped[int] = mapped_column(BigInteger)  #: bytes of audio
    removal: Mapped[UUID]  #: which order deleted it
    trashed_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
    reason: Mapped[str | None] = mapped_column(Text)  #: why, where no person deleted it
    reason_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  #: ``Sentence.as_json``
    record: Mapped[dict[str, Any]] = mapped_column(JSONB)  #: its rows, as they are to come back


class TrashDrop(Base):
    """Something in the trash that is to be deleted for good (``ohdio_core.collection.trash_drops``)."""

    __tablename__ = "trash_drops"
    __table_args__ = (Index("ix_trash_drops_due_at", "due_at", "key"),)

    key: Mapped[str] = mapped_column(Text, primary_key=True)  #: what names it in the library's trash
    due_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.clock_timestamp())


class ListenerProfile(Base):
    """Somebody who listens: a profile without a password. The first one is there from the start."""

    __tablename__ = "listeners"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str | None] = mapped_column(Text)  #: None until somebody names the first one


class Position(Base):
    """How far a listener is in a book.

    The book is known by the same names as the audiobook, whose row it outlives: a book that was deleted and comes back
    is gone on with.
    """

    __tablename__ = "positions"

    listener_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("listeners.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    external_id: Mapped[str] = mapped_column(Text, primary_key=True)
    seconds: Mapped[float] = mapped_column(Double)  #: on the timeline of the whole book
    revision: Mapped[int] = mapped_column(BigInteger)  #: one more with each change
    updated_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())


class ListeningFeed(Base):
    """An address by which a podcast app hears a part of the library.

    A revoked one stays for a while, so that the app is told that it is gone.
    """

    __tablename__ = "listening_feeds"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_listening_feeds_listener_id", "listener_id"),
        CheckConstraint("scope IN ('library', 'author', 'series', 'book', 'follow')", name="scope_known"),
        CheckConstraint("(scope = 'library') = (value IS NULL)", name="value_of_a_part"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(Text)  #: the SHA-256 of the secret in its address
    listener_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("listeners.id", ondelete="CASCADE"))
    scope: Mapped[FeedScope] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text)  #: of the scope: a name, or the id of a book or follow
    title: Mapped[str | None] = mapped_column(Text)  #: what that was called when it was made
    made_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
    used_at: Mapped[datetime | None] = mapped_column(Timestamp)  #: by an app, give or take an hour
    revoked_at: Mapped[datetime | None] = mapped_column(Timestamp)
    #: What its books were when somebody last asked for it, and since when they are so.
    fingerprint: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
