"""The tables of who may use the pages: accounts, and the browsers that are signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from ohdio_core.db.base import Base, Timestamp
from ohdio_core.domain.role import Role


class Account(Base):
    """Somebody who signs in with a name and a password."""

    __tablename__ = "accounts"
    __table_args__ = (
        Index("uq_accounts_name", text("lower(name)"), unique=True),
        CheckConstraint("role IN ('manager', 'listener')", name="role"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[Role] = mapped_column(Text)
    password: Mapped[str] = mapped_column(Text)  #: a hash of it, with its salt and what it cost
    created_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())


class BrowserSession(Base):
    """A browser that is signed in; gone when it is signed out."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)  #: the SHA-256 of what the browser keeps
    #: None where the token or a link of this installation was used instead of a password.
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"))
    browser: Mapped[str] = mapped_column(Text)  #: what it says that it is (User-Agent)
    began_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
    used_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())


class UsedLink(Base):
    """A link that has signed a browser in, and signs no other in; gone once its time is over."""

    __tablename__ = "used_links"

    link: Mapped[str] = mapped_column(Text, primary_key=True)  #: its SHA-256
    used_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
