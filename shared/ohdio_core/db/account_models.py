"""The tables of who may use the pages: accounts, the browsers that are signed in, and what people have ordered."""

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


class PastAct(Base):
    """Something that a person has ordered; the oldest are forgotten (``ohdio_core.collection.acts``)."""

    __tablename__ = "acts"
    __table_args__ = (Index("ix_acts_audiobook_id", "audiobook_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
    actor: Mapped[str | None] = mapped_column(Text)  #: the name of an account; None where only the way is known
    way: Mapped[str] = mapped_column(Text)  #: how the person was recognised
    act: Mapped[str] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(Text)  #: a title, a link, a setting, an account
    items: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))  #: how many it concerned
    #: Where it concerned one book that is still there.
    audiobook_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("audiobooks.id", ondelete="SET NULL"))
