"""The tables of what is in the library, beside that of the books themselves (``ohdio_core.db.models``)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Double, ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from ohdio_core.db.base import Base


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
