"""Fingerprints of files that are not downloaded whole: size, strong ETag, head and tail.

The size alone proves nothing: recordings of one constant bit rate that were cut to one length have the same. Neither
does an ETag (RFC 9110 section 8.8.3) beside it: it is of one resource, and many servers make it of size and time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from ohdio_core.errors import OhdioError, PermanentError, Postponed
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import SiteClient

_HEAD = 64 * 1024  # bytes, and as many of the tail
_LONG_HEAD = 512 * 1024  # where there are no ranges: longer than the picture and the jingle that all of a show have
_ANY_SIZE = 1 << 50
_CONTENT_RANGE = re.compile(r"bytes\s+0-\d{1,19}/(\d{1,19})", re.ASCII)
_STRONG_ETAG = re.compile(r'"[^"]+"')
_TEXTS = ("text/", "application/json", "application/xml", "application/xhtml")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What one address answered."""

    http: SiteClient
    url: str  #: after redirects
    size: int | None  #: bytes
    etag: str | None  #: where it is a strong one
    head: bytes  #: digest of the first 64 KiB
    long_head: bytes | None  #: digest of the first 512 KiB, where the answer was no range
    is_whole: bool  #: the head is all there is

    def is_of(self, other: Fingerprint) -> bool:
        """Return whether both are surely the same file; asks for both tails where all else agrees.

        Raises:
            Postponed: It is not this site's turn.
        """
        if self.url == other.url:
            return True
        if (self.size, self.head, self.is_whole) != (other.size, other.head, other.is_whole):
            return False
        if self.is_whole:
            return True
        if self.size is None:
            return False
        if self.long_head is None and other.long_head is None:
            tail = self._tail()
            return tail is not None and tail == other._tail()
        return self.long_head == other.long_head or (self.etag is not None and self.etag == other.etag)

    def _tail(self) -> bytes | None:
        """Return the digest of the last 64 KiB; None where they are not to be had."""
        assert self.size is not None
        start = self.size - _HEAD
        try:
            with self.http.open_page(
                self.url, max_bytes=_ANY_SIZE, headers=_asking(max(start, 0), self.size - 1)
            ) as page:
                if "content-range" not in page.headers:
                    return None
                return _digest(_first(page.chunks, _HEAD))
        except Postponed:
            raise
        except OhdioError:
            return None


def fingerprint(url: str, http: SiteClient) -> Fingerprint:
    """Return what an address answers, from one request for its first 64 KiB, paced as one for a page.

    Raises:
        PermanentError: It is no sound, or cannot be read.
        TransientError: The site failed.
    """
    with http.open_page(url, max_bytes=_ANY_SIZE, headers=_asking(0, _HEAD - 1)) as page:
        stated = page.headers.get("content-type", "").strip().lower()
        if stated.startswith(_TEXTS):
            # One page for every address, with status 200, is how sites refuse.
            raise PermanentError(
                sentence("page.no_recording", "{link} is no recording, but {media_type}.", link=url, media_type=stated)
            )
        is_range = "content-range" in page.headers
        start = _first(page.chunks, _HEAD if is_range else _LONG_HEAD)
        size = _size(page.headers)
        etag = page.headers.get("etag", "")
        return Fingerprint(
            http,
            page.url,
            size,
            etag if _STRONG_ETAG.fullmatch(etag) else None,
            _digest(start[:_HEAD]),
            None if is_range else _digest(start),
            size is not None and len(start) == size <= _HEAD,
        )


def _asking(first: int, last: int) -> dict[str, str]:
    return {"range": f"bytes={first}-{last}", "accept-encoding": "identity"}


def _size(headers: Mapping[str, str]) -> int | None:
    if found := _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip()):
        return int(found[1])
    length = headers.get("content-length", "")
    is_plain = "content-range" not in headers and headers.get("content-encoding", "identity") in ("", "identity")
    return int(length[:19]) if is_plain and length.isascii() and length.isdigit() else None


def _first(chunks: Iterator[bytes], count: int) -> bytes:
    start = bytearray()
    for chunk in chunks:
        start += chunk
        if len(start) >= count:
            break
    return bytes(start[:count])


def _digest(data: bytes) -> bytes:
    return sha256(data).digest()
