"""Passwords, kept as hashes that are slow to try (scrypt, RFC 7914)."""

from __future__ import annotations

import hashlib
import hmac
import secrets

SHORTEST = 8  #: characters; no other rule makes people choose better ones (NIST SP 800-63B 5.1.1)
LONGEST = 200

#: 16 MiB of memory and some 0.2 s, as OWASP's cheat sheet on password storage asks for.
_LOG_N, _R, _P = 14, 8, 5
_SALT = 16  # bytes


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
    # Of one width whatever keyboard it was typed on would be normalised (RFC 8265); browsers send NFC throughout.
    return hashlib.scrypt(password.encode(), salt=salt, n=1 << log_n, r=r, p=p, maxmem=1 << 26, dklen=32)


_NOBODYS = f"scrypt${_LOG_N}${_R}${_P}${'00' * _SALT}${'00' * 32}"
