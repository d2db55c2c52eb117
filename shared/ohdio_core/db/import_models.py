"""The tables of folders that people take into the library: what was found in one, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Double,
    ForeignKey,
    Identity,
    Index,
    Text,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ohdio_core.db.base import Base, Timestamp
from ohdio_core.domain.found_book import Verdict


class FolderImport(Base):
    """A folder that a person had books in; one is read at a time, and one process is at one."""

    __tablename__ = "folder_imports"
    __table_args__ = (
        CheckConstraint("step IN ('reading', 'read', 'filing')", name="step_known"),
        Index(
            "uq_folder_imports_reading",
            text("(ended_at IS NULL)"),
            unique=True,
            postgresql_where=text("ended_at IS NULL AND step = 'reading'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    path: Mapped[str] = mapped_column(Text)  #: as the downloader sees it
    is_moved: Mapped[bool] = mapped_column(Boolean, server_default=false())  #: its files are moved, not copied
    #: The held follow that it is compared with; only books of its listing are looked for then.
    follow_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("follows.id", ondelete="SET NULL"))
    step: Mapped[str] = mapped_column(Text, server_default="reading")
    began_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
    ended_at: Mapped[datetime | None] = mapped_column(Timestamp)
    holder: Mapped[UUID | None] = mapped_column()  #: the process that is at it
    lease_until: Mapped[datetime | None] = mapped_column(Timestamp)  #: until when nobody else takes it
    error: Mapped[str | None] = mapped_column(Text)
    error_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class FoundBookRow(Base):
    """A book that was found in a folder."""

    __tablename__ = "found_books"
    __table_args__ = (
        CheckConstraint("verdict IN ('have', 'known', 'unsure', 'new', 'refused')", name="verdict_known"),
        Index("ix_found_books_import_id", "import_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    import_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("folder_imports.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(Text)  #: below the folder
    verdict: Mapped[Verdict] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    authors: Mapped[list[str]] = mapped_column(ARRAY(Text))
    seconds: Mapped[float | None] = mapped_column(Double)
    bytes: Mapped[int] = mapped_column(BigInteger)
    files: Mapped[list[str]] = mapped_column(ARRAY(Text))  #: with sound, below the folder, in listening order
    others: Mapped[list[str]] = mapped_column(ARRAY(Text))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: The known book that it is or may be; once it was taken, what it has become.
    audiobook_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("audiobooks.id", ondelete="SET NULL"))
    reason: Mapped[str | None] = mapped_column(Text)  #: why it is not taken, or not sure
    message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    is_wanted: Mapped[bool] = mapped_column(Boolean, server_default=false())
    taken_at: Mapped[datetime | None] = mapped_column(Timestamp)
