"""The tables of converting books in the library: what is ordered, how fast it goes, and the files that it replaced."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ohdio_core.db.base import FORM_KNOWN, Base, Timestamp


class OrderedConversion(Base):
    """A book whose files are to become another form (``ohdio_core.collection.conversions``)."""

    __tablename__ = "conversions"
    __table_args__ = (
        CheckConstraint(FORM_KNOWN, name="form_known"),
        CheckConstraint("remedy IN ('retry', 'keep', 'dismiss')", name="remedy_known"),
        # Of a page's parts each is read in its order, and so is what is taken next.
        Index(
            "ix_conversions_next",
            "is_paused",
            text("(form ~~ 'm4b-%'::text)"),
            "ordered_at",
            "audiobook_id",
            postgresql_where=text("failed_at IS NULL"),
        ),
        Index("ix_conversions_failed", "failed_at", "audiobook_id", postgresql_where=text("failed_at IS NOT NULL")),
        Index(
            "ix_conversions_remedies",
            *("remedy", "failed_at", "audiobook_id"),
            postgresql_where=text("failed_at IS NOT NULL"),
        ),
        Index("ix_conversions_held", "lease_until", postgresql_where=text("holder IS NOT NULL")),
    )

    audiobook_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audiobooks.id", ondelete="CASCADE"), primary_key=True
    )
    form: Mapped[str] = mapped_column(Text)
    ordered_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.clock_timestamp())
    is_paused: Mapped[bool] = mapped_column(Boolean, server_default=false())
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))  #: begun without headway since
    seconds_done: Mapped[float] = mapped_column(Double, server_default=text("0"))  #: of sound
    seconds_total: Mapped[float | None] = mapped_column(Double)  #: that are encoded; None until that is known
    holder: Mapped[UUID | None] = mapped_column()  #: the process that is at it
    lease_until: Mapped[datetime | None] = mapped_column(Timestamp)  #: until when nobody else takes it
    wait_reason: Mapped[str | None] = mapped_column(Text)  #: why it does not go on
    wait_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    failed_at: Mapped[datetime | None] = mapped_column(Timestamp)  #: it is not tried again by itself
    error: Mapped[str | None] = mapped_column(Text)  #: why
    error_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    #: ``ConversionRemedy``, where it failed; what is written by a version that knows of none can be tried again.
    remedy: Mapped[str] = mapped_column(Text, server_default="retry")


class EncodingSpeed(Base):
    """How fast a machine encodes."""

    __tablename__ = "encoding_speeds"

    host: Mapped[str] = mapped_column(Text, primary_key=True)  #: empty: somebody has asked how fast they are
    speed: Mapped[float | None] = mapped_column(Double)  #: seconds of sound in a second


class ReplacedForm(Base):
    """The files that a book had before it was converted, in the trash of the library."""

    __tablename__ = "replaced_forms"
    __table_args__ = (UniqueConstraint("key"), Index("ix_replaced_forms_audiobook_id", "audiobook_id"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    audiobook_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("audiobooks.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(Text)  #: what names them in the trash
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  #: rows of ``book_files``
    file_size: Mapped[int] = mapped_column(BigInteger)  #: bytes of audio
    files_revision: Mapped[int] = mapped_column(BigInteger)  #: of the book, that their tags say
    trashed_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
