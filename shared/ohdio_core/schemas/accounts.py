"""Accounts and sessions as clients see them, and as they change them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field, SecretStr

from ohdio_core.domain.role import Role
from ohdio_core.schemas.body import VISIBLE, Body

LONGEST_NAME = 60  #: characters
SHORTEST_PASSWORD = 8  #: characters; no other rule makes people choose better ones (NIST SP 800-63B 5.1.1)
LONGEST_PASSWORD = 200


class AccountView(BaseModel):
    """Somebody who signs in with a name and a password."""

    id: int = Field(examples=[1])
    name: str = Field(examples=["Odile"])
    role: Role = Field(description="A listener reads and hears, and changes nothing.", examples=["manager"])
    created_at: datetime = Field(examples=["2026-03-01T09:31:12Z"])


class Accounts(BaseModel):
    """All accounts, by name."""

    items: list[AccountView]


class NewAccount(Body):
    """An account to be made."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=VISIBLE, examples=["Odile"])
    password: SecretStr = Field(
        min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD, examples=["grand-duc des marais"]
    )
    role: Role = Field(Role.LISTENER, strict=False, examples=["listener"])


class AccountOrder(Body):
    """What is to be another of an account."""

    password: SecretStr | None = Field(
        None,
        description="It signs all browsers of the account out.",
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        examples=["grand-duc des marais"],
    )
    role: Role | None = Field(None, strict=False, examples=["listener"])


class SessionView(BaseModel):
    """A browser that is signed in."""

    id: int = Field(examples=[1])
    account: AccountView | None = Field(
        description="Whose; null where the token or a link of the installation was used instead of a password."
    )
    browser: str = Field(description="What it says that it is.", examples=["Mozilla/5.0 (X11; Linux x86_64)"])
    began_at: datetime = Field(examples=["2026-03-01T09:31:12Z"])
    used_at: datetime = Field(
        description="At most some hours older than when it was.", examples=["2026-03-01T09:31:12Z"]
    )


class BrowserSessions(BaseModel):
    """All browsers that are signed in, the one used last first."""

    items: list[SessionView]
