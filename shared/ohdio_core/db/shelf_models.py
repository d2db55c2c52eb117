"""The tables of the files in the library and of who listens to them; those of books are in ``ohdio_core.db.models``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Double, ForeignKey, Identity, Integer, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from ohdio_core.db.base import Base, Timestamp


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
    duration_seconds: Mapped[float | None] = mapped_column(Double)  #: None where nobody has measured it


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
