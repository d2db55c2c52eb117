"""The tables of what is kept secret, encrypted with a key that the database has not (``ohdio_core.vault``)."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ohdio_core.db.base import Base


class NamingKey(Base):
    """By which what is private has its names: one row, once anything is."""

    __tablename__ = "naming_key"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, server_default=text("1"))
    sealed: Mapped[str] = mapped_column(Text)


class PrivateListing(Base):
    """A listing that is followed privately; it may outlive its follow, until its books are fetched."""

    __tablename__ = "private_listings"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)  #: that of the follow
    identity: Mapped[str] = mapped_column(Text, unique=True)  #: a hash of its address without what is secret
    host: Mapped[str] = mapped_column(Text)
    sealed: Mapped[str] = mapped_column(Text)  #: its address


class PrivateAddress(Base):
    """An address that a private listing names: of sound, a cover, chapters."""

    __tablename__ = "private_addresses"

    follow: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("private_listings.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
