"""The tables of verifying the library: one row a look at all of it, and what was found wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ohdio_core.db.base import Base, Timestamp
from ohdio_core.domain.file_fault import FaultKind


class Verification(Base):
    """A comparison of files in the library with their checksums; one at a time, and one process at it."""

    __tablename__ = "verifications"
    __table_args__ = (
        Index(
            "uq_verifications_under_way",
            text("(ended_at IS NULL)"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    books: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))  #: the ids of some; None for all
    q: Mapped[str | None] = mapped_column(Text)  #: the words by which they were chosen
    began_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
    ended_at: Mapped[datetime | None] = mapped_column(Timestamp)
    is_complete: Mapped[bool] = mapped_column(Boolean, server_default=false())  #: nobody has stopped it
    books_total: Mapped[int] = mapped_column(Integer)  #: when it began
    books_done: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    files_done: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    bytes_done: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    edited: Mapped[int] = mapped_column(Integer, server_default=text("0"))  #: files whose tags others have changed
    #: Where it goes on: after this file of this book.
    last_book: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    last_file: Mapped[int] = mapped_column(Integer, server_default=text("-1"))
    holder: Mapped[UUID | None] = mapped_column()  #: the process that is at it
    lease_until: Mapped[datetime | None] = mapped_column(Timestamp)  #: until when nobody else takes it
    wait_reason: Mapped[str | None] = mapped_column(Text)  #: why it does not go on
    wait_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class FileFault(Base):
    """A file of a book that is not as it was filed, as far as is known."""

    __tablename__ = "file_faults"
    __table_args__ = (CheckConstraint("kind IN ('lost', 'damaged', 'unreadable')", name="kind_known"),)

    audiobook_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audiobooks.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(Text, primary_key=True)  #: in the book's folder
    kind: Mapped[FaultKind] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
