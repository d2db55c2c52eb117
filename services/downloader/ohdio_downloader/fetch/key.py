"""The keys of HLS segments: at an address, or within the playlist itself."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urlsplit

from ohdio_core.domain.audiobook import Media
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_downloader.fetch.protocol import MediaClient
from ohdio_downloader.fetch.refusal import host

#: Of addresses that keys can be read from; any other is known to an application with a licence alone.
KEY_SCHEMES = frozenset({"http", "https", "data"})

_BYTES = 16
_MOST = 1024  # bytes of an answer


@dataclass(frozen=True, slots=True)
class Key:
    """AES-128 in CBC mode (RFC 8216, section 4.3.2.4)."""

    url: str
    iv: bytes  #: 16 bytes


def read_key(key: Key, media: Media, client: MediaClient) -> bytes:
    """Return the 16 bytes of a key; ``media`` is what it belongs to.

    Raises:
        PermanentError: What stands there is no such key.
        OhdioError: It cannot be had.
    """
    if urlsplit(key.url).scheme == "data":
        secret = _data(key.url)
    else:
        secret = client.get(key.url, headers=media.headers, max_bytes=_MOST).body
    if len(secret) != _BYTES:
        raise PermanentError(
            sentence(
                "key.wrong_length",
                "The key of the audio from {site} has a wrong length: {size} bytes in place of {right}.",
                site=host(media.url),
                size=len(secret),
                right=_BYTES,
            )
        )
    return secret


def _data(url: str) -> bytes:
    """Return what stands in a ``data:`` address (RFC 2397); nothing where it cannot be read."""
    kind, _, text = url.partition(",")
    data = unquote_to_bytes(text)
    if not kind.lower().endswith(";base64"):
        return data
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return b""
