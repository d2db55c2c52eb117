"""Addresses that are secrets, and the references by which all but the HTTP client know them.

A feed for subscribers has the listener's password or a token in its own address, and in those of its sound. Such an
address is ``private:7`` of the follow 7, and ``private:7/0f3a…`` of something that it lists: in tables, answers, logs
and messages. What has another form on its way is a ``SecretAddress``: a text that reads as its reference.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol, Self

#: The name of the source that reads what is private, and the scheme of references.
PRIVATE = "private"

_REFERENCE = re.compile(r"private:([1-9][0-9]{0,17})(?:/([0-9a-z-]{1,80})(\?[0-9a-f]{1,32})?)?")


class Reference(NamedTuple):
    """What a reference names."""

    follow: int
    name: str | None  #: of what its listing names; None for the listing itself


class Keeper(Protocol):
    """What encrypts addresses, and gives them names that tell nothing of them."""

    def seal(self, text: str) -> str:
        """Return a text encrypted."""
        ...

    def mint(self, follow: int, name: str, address: str) -> SecretAddress:
        """Return an address as one that nobody reads but the HTTP client."""
        ...


class SecretAddress(str):
    """An address whose text, wherever it is written, is its reference."""

    __slots__ = ("_keeper", "secret")

    secret: str  #: the address itself, with the user name and password that belong to it
    _keeper: Keeper

    def __new__(cls, reference: str, secret: str, keeper: Keeper) -> Self:
        """Return the address at ``secret``, known as ``reference``."""
        made = super().__new__(cls, reference)
        made.secret = secret
        made._keeper = keeper
        return made

    def sealed(self) -> str:
        """Return the address encrypted."""
        return self._keeper.seal(self.secret)

    def beside(self, name: str, address: str) -> SecretAddress:
        """Return another address of the same listing as a secret."""
        return self._keeper.mint(parse_reference(self).follow, name, address)


def listing_reference(follow: int) -> str:
    """Return the reference of a listing that is followed privately."""
    return f"{PRIVATE}:{follow}"


def is_reference(url: str) -> bool:
    """Return whether a text is the reference of something private."""
    return url.startswith(f"{PRIVATE}:") and _REFERENCE.fullmatch(url) is not None


def parse_reference(url: str) -> Reference:
    """Return what a reference names.

    Raises:
        ValueError: It is none.
    """
    found = _REFERENCE.fullmatch(url)
    if found is None:
        raise ValueError("not a reference of something private")
    return Reference(int(found[1]), found[2])
