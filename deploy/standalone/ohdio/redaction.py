"""Taking out of texts what is nobody else's business, before a person attaches them to a report for everybody.

What is secret is told by its name (``token=``, ``"password":``), by its looks (a long mixture of letters and digits),
or by having been secret elsewhere in the same report: a key of the link is taken out of every answer, too.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

HIDDEN = "(hidden)"

# Anywhere in a name: "accessToken", "api_key", "X-Amz-Signature".
_TELLING = (
    r"[\w.\[\]-]{0,40}(?:token|secret|signature|passw|credential|session|csrf|nonce|cookie|jwt|hmac|hdne[at]|hdnts|user"
    r"|login|e-?mail|subscriber|customer|api[_-]?key|client[_-]?key|key-pair|x-amz-|x-goog-)[\w.\[\]-]{0,40}"
)
# The whole name: "auth" is no part of "author".
_MEMBER_NAME = rf"(?:{_TELLING}|auth|authorization|pass|pwd|sid)"
_PARAMETER_NAME = re.compile(
    rf"{_MEMBER_NAME}|[\w-]*key|k|sig|pw|exp|expires?|expiry|policy|uid|u|member|account|code|hash", re.IGNORECASE
)
# Of an address, wherever in a text it stands; the separator may be written as in HTML or in JSON.
_PARAMETER = re.compile(r"((?:[?&;]|\\u0026)(?:amp;)?)([\w.\[\]%-]{1,60})=([^&\"'<>\s\\;]{1,8000})")
_MEMBER = re.compile(rf"(\"{_MEMBER_NAME}\"\s{{0,8}}:\s{{0,8}})(\"(?:[^\"\\]|\\.)*\"|\d+)", re.IGNORECASE)
# The same within a text of JSON.
_QUOTED_MEMBER = re.compile(rf"(\\\"{_MEMBER_NAME}\\\":)(\\\"[^\"\\]*\\\"|\d+)", re.IGNORECASE)
_INPUT = re.compile(
    rf"(<(?:input|meta)\b[^>]{{0,300}}\bname=[\"']?{_MEMBER_NAME}[\"']?[^>]{{0,300}}?\b(?:value|content)=)"
    r"(\"[^\"]*\"|'[^']*')",
    re.IGNORECASE,
)
_INPUT_BEFORE_NAME = re.compile(
    r"(<(?:input|meta)\b[^>]{0,100}?\b(?:value|content)=)(?:\"[^\"]{0,8000}\"|'[^']{0,8000}')"
    rf"(?=[^>]{{0,100}}\bname=[\"']?{_MEMBER_NAME}\b)",
    re.IGNORECASE,
)
_USER = re.compile(r"(https?:(?:\\?/){2})[^\s/\"'<>@\\]{1,500}@", re.IGNORECASE)
_MAIL = re.compile(r"\b[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_BEARER = re.compile(r"\b(Bearer|Basic|Client-Key)\s+[\w.~+/=-]{6,}", re.IGNORECASE)
_JWT = re.compile(r"\beyJ[\w-]{8,8000}\.[\w-]+(?:\.[\w-]*)?")
_UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)
_MIXTURE = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{16,}")
# Base64 for addresses (RFC 4648 section 5): "-" and "_" stand in it, and letters of both sizes are mixed with digits.
_URL_SAFE = re.compile(r"[A-Za-z0-9_-]{20,}")
_MIXED_PIECE = re.compile(r"(?=[A-Za-z]*\d)(?=[A-Z0-9]*[a-z])(?=[a-z0-9]*[A-Z])[A-Za-z0-9]+")
_NUMBERED_WORD = re.compile(r"[A-Z]?[a-z]+\d+")  # "Part2" in a title
_SHORTEST = 5  # characters; what is shorter stands in too many words
_OWN_HOST = re.compile(
    r"(?:[^.]+|.*\.(?:local|localhost|lan|home|internal|intranet|private|home\.arpa))", re.IGNORECASE
)


class Redaction:
    """Takes secrets out of texts, and remembers each for the texts that follow.

    Args:
        own: What is this machine's or its user's: paths, host names.
    """

    def __init__(self, own: Iterable[str] = ()) -> None:
        self._known = {text for text in own if len(text) >= _SHORTEST}

    def learn(self, url: str) -> None:
        """Take note of the secrets of an address, and of the host where it is one of the local network."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return
        found = [parts.username or "", parts.password or ""]
        for piece in parts.query.split("&"):
            name, _, value = piece.partition("=")
            if _is_secret(name, value):
                found += [value, unquote(value)]
        for segment in parts.path.split("/"):
            found += _UUID.findall(segment) + _MIXTURE.findall(segment) + _url_safe_keys(segment)
        if _is_own(host):
            found.append(parts.netloc.rpartition("@")[2])
            found.append(host)
        self._known.update(text for text in found if len(text) >= _SHORTEST)

    def text(self, text: str) -> str:
        """Return a text without what is secret in it."""
        for known in sorted(self._known, key=len, reverse=True):
            text = text.replace(known, HIDDEN)
        text = _USER.sub(rf"\1{HIDDEN}@", text)
        text = _PARAMETER.sub(_parameter, text)
        text = _MEMBER.sub(rf'\1"{HIDDEN}"', text)
        text = _QUOTED_MEMBER.sub(rf'\1\\"{HIDDEN}\\"', text)
        for pattern in (_INPUT, _INPUT_BEFORE_NAME):
            text = pattern.sub(rf'\1"{HIDDEN}"', text)
        text = _BEARER.sub(rf"\1 {HIDDEN}", text)
        for pattern in (_JWT, _UUID, _MAIL):
            text = pattern.sub(HIDDEN, text)
        return text

    def url(self, url: str) -> str:
        """Return an address without its user's name and its secrets, and remember them."""
        self.learn(url)
        return self.text(url)


def _parameter(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}={HIDDEN}" if _is_secret(found[2], found[3]) else found[0]


def _is_secret(name: str, value: str) -> bool:
    plain = unquote(value)
    return bool(_PARAMETER_NAME.fullmatch(unquote(name)) or _MIXTURE.search(plain) or _UUID.search(plain))


def _url_safe_keys(segment: str) -> list[str]:
    """Return what no person would have written in a part of a path, though it has hyphens as titles have."""
    return [key for key in _URL_SAFE.findall(segment) if any(map(_is_mixed, re.split("[_-]", key)))]


def _is_mixed(piece: str) -> bool:
    return _MIXED_PIECE.fullmatch(piece) is not None and _NUMBERED_WORD.fullmatch(piece) is None


def _is_own(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return bool(host) and _OWN_HOST.fullmatch(host) is not None
