"""What opens an installation that has no password yet: a code, and links that work once. Both come of its token."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

LINK_LASTS = 600  #: seconds
_DIGITS = 6


def first_code(token: str) -> str:
    """Return the six digits with which somebody sets the first password; the same until that is done."""
    number = int.from_bytes(hmac.new(_key(token, "code"), b"first", hashlib.sha256).digest()[:8])
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def is_first_code(given: str, token: str) -> bool:
    """Return whether somebody has the code, however its digits are grouped."""
    digits = "".join(filter(str.isalnum, given))
    return hmac.compare_digest(digits.encode(), first_code(token).encode())


def new_link(token: str) -> str:
    """Return the key of a link that signs one browser in, within ``LINK_LASTS``."""
    return _link(token, int(time.time()) + LINK_LASTS, secrets.token_urlsafe(12))


def is_link(key: str, token: str) -> bool:
    """Return whether this is the key of a link of ours, whose time is not over."""
    until, _, rest = key.partition(".")
    nonce, _, _ = rest.partition(".")
    if not (until.isascii() and until.isdecimal() and len(until) < 12 and nonce.isascii() and nonce):
        return False
    is_ours = hmac.compare_digest(key.encode(), _link(token, int(until), nonce).encode())
    return is_ours and int(until) > time.time()


def _link(token: str, until: int, nonce: str) -> str:
    text = f"{until}.{nonce}"
    return f"{text}.{hmac.new(_key(token, 'link'), text.encode(), hashlib.sha256).hexdigest()[:32]}"


def _key(token: str, purpose: str) -> bytes:
    return hashlib.sha256(f"{purpose}\0{token}".encode()).digest()
