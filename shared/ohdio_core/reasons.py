"""Reasons for people, taken from errors of the system and of other libraries."""

from __future__ import annotations

import re
import ssl

#: "[Errno 5] …", "[SSL: WRONG_VERSION] …" before, "(_ssl.c:1006)" and the file behind the words.
_BEFORE = re.compile(r"^(?:\[[^\]]*\]\s*)+")
_BEHIND = re.compile(r"\s*\(_?\w+\.c:\d+\)")
_FILE = re.compile(r":\s*'[^']*'$")
_ADDRESS = re.compile(r"\s*<[^<>]* at 0x[0-9a-f]+>:?\s*")
_UNKNOWN = "no reason was given"


def reason_of(error: BaseException) -> str:
    """Return why, without numbers of the system, names of exceptions and places in code; no full stop at its end."""
    if isinstance(error, ssl.SSLCertVerificationError):
        said = error.verify_message
    elif isinstance(error, OSError) and error.strerror:
        said = error.strerror
    else:
        said = str(error)
    said = said.partition("\n")[0]
    for noise in (_BEFORE, _BEHIND, _FILE, _ADDRESS):
        said = noise.sub("", said)
    return said.strip().rstrip(".") or _UNKNOWN
