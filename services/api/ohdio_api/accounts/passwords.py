"""Passwords, kept as hashes that are slow to try (scrypt, RFC 7914)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from http import HTTPStatus

from ohdio_api.problems import Refusal
from ohdio_core.sentences import sentence

#: 16 MiB of memory and some 0.2 s, as OWASP's cheat sheet on password storage asks for.
_LOG_N, _R, _P = 14, 8, 5
_SALT = 16  # bytes
#: Each takes memory, and a thread that others need: strangers who try many passwords at once must not have them all.
_PLACES = threading.BoundedSemaphore(2)
_PATIENCE = 1.0  # seconds


def hashed(password: str) -> str:
    """Return what is kept of a password: what it cost, its salt, and the hash."""
    salt = secrets.token_bytes(_SALT)
    digest = _scrypt(password, salt, _LOG_N, _R, _P)
    return f"scrypt${_LOG_N}${_R}${_P}${salt.hex()}${digest.hex()}"


def is_right(password: str, kept: str | None) -> bool:
    """Return whether this is the password that was kept; None takes as long, so that time tells no names."""
    _, log_n, r, p, salt, digest = (kept or _NOBODYS).split("$")
    given = _scrypt(password, bytes.fromhex(salt), int(log_n), int(r), int(p))
    return hmac.compare_digest(given, bytes.fromhex(digest)) and kept is not None


def _scrypt(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    if not _PLACES.acquire(timeout=_PATIENCE):
        raise Refusal(
            HTTPStatus.SERVICE_UNAVAILABLE,
            sentence("login.busy", "Many are signing in at the moment; try again in a few seconds."),
            headers={"Retry-After": "3"},
        )
    try:
        return _hash(password, salt, log_n, r, p)
    finally:
        _PLACES.release()


def _hash(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    # Of one width whatever keyboard it was typed on would be normalised (RFC 8265); browsers send NFC throughout.
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=1 << log_n, r=r, p=p, maxmem=1 << 26, dklen=32
    )


_NOBODYS = f"scrypt${_LOG_N}${_R}${_P}${'00' * _SALT}${'00' * 32}"
