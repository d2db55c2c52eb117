"""What of an address is a secret: its user name and password, and tokens in its query or path."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

_NAMED = re.compile(
    r"token|auth|secret|key|sig|signature|pass|passwd|password|pwd|session|hmac|jwt|username|login|email|expires",
    re.IGNORECASE,
)
_LONG = 16  # characters of what is a token by its length
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[A-Za-z]")


def without_secrets(address: str) -> str:
    """Return an address without its user name and password, and without what of its query is called a secret.

    What only looks like one may be the name of a show, and two shows are not one.
    """
    parts = urlsplit(address)
    kept = [piece for piece in parts.query.split("&") if piece and not _is_called_secret(_pair(piece)[0])]
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="&".join(kept)).geturl()


def secrets_in(address: str) -> frozenset[str]:
    """Return what of an address nobody may read, in each form in which it may be written."""
    parts = urlsplit(address)
    return frozenset(filter(None, (*_of_credentials(parts.username, parts.password), *_of_query(parts.query))))


def tokens_in(address: str) -> frozenset[str]:
    """Return what of the path of a secret link may be the secret: all that is no word."""
    pieces = re.split(r"[/.]", urlsplit(address).path)
    return frozenset(piece for piece in pieces if _is_token(piece))


def _of_credentials(user: str | None, password: str | None) -> Iterator[str]:
    if user is None:
        return
    plain = unquote(user), unquote(password or "")
    yield from (password or "", plain[1])
    if not plain[0].isalpha():  # a name that is a word stands in innocent texts, too
        yield from (user, plain[0])
    yield b64encode(":".join(plain).encode()).decode("ascii")


def _of_query(query: str) -> Iterator[str]:
    for piece in query.split("&"):
        name, value = _pair(piece)
        if _is_secret(name, value):
            yield from (value, unquote(value))


def _pair(piece: str) -> tuple[str, str]:
    name, _, value = piece.partition("=")
    return name, value


def _is_secret(name: str, value: str) -> bool:
    """Return whether a part of a query is a secret: by its name, or as it looks like nothing else."""
    return _is_called_secret(name) or _is_token(unquote(value))


def _is_called_secret(name: str) -> bool:
    words = re.split(r"[^A-Za-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name))
    return any(_NAMED.fullmatch(word) for word in words)


def _is_token(text: str) -> bool:
    return len(text) >= _LONG and _DIGIT.search(text) is not None and _LETTER.search(text) is not None
