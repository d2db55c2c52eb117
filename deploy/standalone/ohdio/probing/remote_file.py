"""A file on a site, of which no more is fetched than is read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import SiteClient, refuse_broadcast
from ohdio_downloader.fetch.refusal import host, refusal
from ohdio_downloader.fetch.resume import content_range, is_all, unsatisfied_size, whole_size

_BLOCK = 256 * 1024
_MOST = 8 * 1024 * 1024  # bytes in all: a large picture may stand before the sound
_HEAD = 1024 * 1024  # bytes, where the site gives nothing but the whole


class RemoteFile:
    """A file-like object, as FFmpeg needs it: the beginning, and by ranges what is read elsewhere, 8 MiB in all.

    Args:
        url: Where it is.
        headers: To be sent with each request.
        client: To fetch it with.

    Raises:
        OhdioError: It cannot be had; from ``read`` too.
    """

    def __init__(self, url: str, headers: Mapping[str, str], client: SiteClient) -> None:
        self._client = client
        self._headers = headers
        self._position = 0
        self._blocks: dict[int, bytes] = {}
        self.is_exhausted = False  #: more was to be read than is fetched
        with client.stream(url, headers={**headers, "Range": _range(0)}) as response:
            if response.status == 416 and unsatisfied_size(response.headers) == 0:
                raise _empty(response.url)
            if response.status not in {200, 206}:
                raise refusal(response.status, response.url, response.headers)
            refuse_broadcast(response.url, response.headers)
            self.url: str = response.url  #: after redirects
            self.content_type: str | None = response.headers.get("content-type")
            self.size: int | None = whole_size(response.headers)  #: bytes, as the site announces
            self.has_ranges: bool = response.status == 206 and _is_piece(response.headers)
            most = _BLOCK if self.has_ranges else _HEAD
            self.head: bytes = _first(response.iter_bytes(), most)
        self._end = len(self.head) if len(self.head) < most else self.size
        if not self.head:
            raise _empty(self.url)

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes; empty at the end, and where no more is fetched."""
        start = self._position
        if start < len(self.head):
            data = self.head[start : start + size]
        elif self._end is not None and start >= self._end:
            data = b""
        else:
            number, within = divmod(start, _BLOCK)
            data = self._block(number)[within : within + size]
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a position and return it."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size or 0}[whence]
        self._position = max(0, base + offset)
        return self._position

    def seekable(self) -> bool:
        """Return whether it has a known end."""
        return self.size is not None

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            self._blocks[number] = self._fetched(number * _BLOCK)
        return self._blocks[number]

    def _fetched(self, start: int) -> bytes:
        if not self.has_ranges or len(self._blocks) * _BLOCK >= _MOST:
            self.is_exhausted = True
            return b""
        with self._client.stream(self.url, headers={**self._headers, "Range": _range(start)}) as response:
            part = content_range(response.headers)
            if response.status == 206 and part is not None and part[0] == start:
                return _first(response.iter_bytes(), _BLOCK)
            if response.status not in {200, 206}:
                raise refusal(response.status, response.url, response.headers)
        self.has_ranges = False
        return b""


def _empty(url: str) -> PermanentError:
    return PermanentError(sentence("file.empty_now", "{site} sends an empty file.", site=host(url)))


def _range(start: int) -> str:
    return f"bytes={start}-{start + _BLOCK - 1}"


def _is_piece(headers: Mapping[str, str]) -> bool:
    """Return whether a 206 is what was asked for: some servers send everything whatever they are asked."""
    part = content_range(headers)
    return part is not None and part[0] == 0 and not (is_all(headers) and (part[1] or 0) > _BLOCK)


def _first(chunks: Iterable[bytes], most: int) -> bytes:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) >= most:
            break
    return bytes(data[:most])
