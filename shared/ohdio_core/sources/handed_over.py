"""Links of readers and directories that only hand a feed over: its address stands in theirs, so nobody is asked.

``antennapod.org/deeplink/subscribe?url=…``, ``podcastaddict.com/feed/…``, ``subscribeonandroid.com/…``,
``podcasts.google.com/feed/…`` (in base64), and the schemes by which apps are called.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import parse_qsl, unquote, urlsplit

#: Of apps, and what may stand before the address.
_SCHEME = re.compile(
    r"(?:rss|podcast-addict|antennapod-subscribe|pktc://subscribe|podto://subscribe|overcast://x-callback-url/add\?url=)"
    r"(?::/{0,2}|/|)(?=\S)",
    re.IGNORECASE,
)
_FEED = re.compile(r"feed:(?!/{2})(?=[\w-]+\.)", re.IGNORECASE)  # "feed:podcasts.example/…"
#: Hosts, and those parameters of a query, or that beginning of a path, that the address stands in.
_IN_QUERY = {
    "antennapod.org": ("url",),
    "gpodder.net": ("url",),
    "inoreader.com": ("add_feed",),
    "podcastaddict.com": ("url", "feed"),
    "podcasts.google.com": ("feed",),
    "validator.w3.org": ("url",),
    "castfeedvalidator.com": ("url",),
}
_IN_PATH = {
    "feedly.com": "/i/subscription/feed/",
    "podcastaddict.com": "/feed/",
    "podcasts.google.com": "/feed/",
    "subscribeonandroid.com": "/",
}
_ADDRESS = re.compile(r"(?:https?:/{1,2})?(?=[\w-]+\.)", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9_-]{16,2000}")


def handed_over(link: str) -> str:
    """Return the address that a link hands over; the link itself where it does not. Never raises."""
    text = link.strip()
    for form in (_SCHEME, _FEED):
        if (found := form.match(text)) is not None:
            return _address(unquote(text[found.end() :])) or link
    try:
        parts = urlsplit(text)
        pairs = parse_qsl(parts.query)
    except ValueError:
        return link
    host = (parts.hostname or "").removeprefix("www.")
    said = next((value for name, value in pairs if name in _IN_QUERY.get(host, ())), None)
    start = _IN_PATH.get(host)
    path = unquote(parts.path)
    if said is None and start is not None and path.startswith(start):
        query = f"?{parts.query}" if parts.query and "%3f" not in parts.path.lower() else ""
        said = f"{path.removeprefix(start)}{query}"
    return (said and _address(said)) or link


def _address(text: str) -> str | None:
    """Return an address, which may be in base64 or without its scheme; None of what is none."""
    if _BASE64.fullmatch(text):
        try:
            text = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
    if (found := _ADDRESS.match(text)) is None:
        return None
    scheme = "http" if text.lower().startswith("http:") else "https"
    return f"{scheme}://{text[found.end() :]}"
