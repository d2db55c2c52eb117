"""Fetching one segment of an HLS playlist, decrypted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

from ohdio_core.domain.audiobook import Media
from ohdio_core.errors import PermanentError, Postponed, TransientError
from ohdio_core.sentences import sentence
from ohdio_downloader.fetch.arriving import Arriving
from ohdio_downloader.fetch.body import open_body
from ohdio_downloader.fetch.decryption import decrypted, is_plain_section
from ohdio_downloader.fetch.key import Key, read_key
from ohdio_downloader.fetch.playlist import Segment
from ohdio_downloader.fetch.protocol import Control, MediaClient, MediaResponse, WrongBytes
from ohdio_downloader.fetch.refusal import HEAD, host, refusal, refuse_page
from ohdio_downloader.fetch.resume import content_length, content_range

#: A segment is small and a cut is common; more than this is for the engine to wait out.
_TRIES = 3

#: Bytes of an initialisation section. It has no sound, and is some kilobytes long, or as long as a picture in it.
_MOST_INIT = 8 * 1024**2


class SegmentFetch:
    """Fetches the segments of one playlist, in any thread.

    Args:
        media: The playlist.
        client: For its segments and keys.
        stall: After which a silent segment is tried again.
    """

    def __init__(self, media: Media, client: MediaClient, stall: timedelta) -> None:
        self._media = media
        self._client = client
        self._stall = stall
        self._keys: dict[str, bytes] = {}
        self._keys_lock = threading.Lock()

    def __call__(self, segment: Segment, arriving: Arriving, control: Control) -> None:
        """Put a segment into ``arriving``, from its beginning again where it is cut.

        Raises:
            NotFound, PermanentError, Throttled, Postponed: It cannot be had, for now or ever.
            TransientError: It failed three times.
        """
        for left in reversed(range(_TRIES)):
            try:
                self._fetch_once(segment, arriving, control)
            except TransientError as error:
                if left == 0 or isinstance(error, (Postponed, WrongBytes)):
                    raise
                arriving.begin_again()
            else:
                return

    def _fetch_once(self, segment: Segment, arriving: Arriving, control: Control) -> None:
        control.check()
        key = None if segment.key is None else self._key(segment.key)
        headers = dict(self._media.headers)
        if segment.byte_range is not None:
            first = segment.byte_range.start
            headers["Range"] = f"bytes={first}-{first + segment.byte_range.length - 1}"
        with self._client.stream(segment.url, headers=headers) as response:
            length = _check_answer(segment, response)
            control.begin_body(is_length_known=length is not None)
            with open_body(response, control, self._stall) as body:
                whole = _checked(body, response, length, is_legible=segment.is_legible)
                if segment.is_init:
                    section = _section(whole, host(segment.url))
                    key = None if is_plain_section(section) else key
                    whole = iter([section])
                if segment.key is not None and key is not None:
                    site, is_known = host(segment.url), length is not None
                    whole = decrypted(whole, key, segment.key.iv, site, is_length_known=is_known)
                for chunk in whole:
                    arriving.put(chunk)

    def _key(self, key: Key) -> bytes:
        """Read a key once, whatever the number of segments that use it."""
        with self._keys_lock:
            if key.url not in self._keys:
                self._keys[key.url] = read_key(key, self._media, self._client)
            return self._keys[key.url]


def _check_answer(segment: Segment, response: MediaResponse) -> int | None:
    """Return how many bytes the body must have, None if unknown; refuse any other answer."""
    if response.status not in {200, 206}:
        raise refusal(response.status, response.url, response.headers)
    wanted = segment.byte_range
    if wanted is None:
        return content_length(response.headers)
    part = content_range(response.headers) if response.status == 206 else None
    if part is None or part[0] != wanted.start:
        raise PermanentError(
            sentence(
                "playlist.no_ranges",
                "{site} does not answer byte ranges, which its HLS playlist asks for.",
                site=host(response.url),
            )
        )
    return wanted.length


def _checked(
    body: Iterator[bytes], response: MediaResponse, length: int | None, *, is_legible: bool
) -> Iterator[bytes]:
    """Yield the body, and make sure that it was all there and no page.

    What is not legible tells nothing by its first bytes; then a site that calls it text is not believed.
    """
    received = 0
    site = host(response.url)
    head = b""
    for chunk in body:
        received += len(chunk)
        if len(head) < HEAD:
            head += chunk[: HEAD - len(head)]
        yield chunk
    refuse_page(response.url, response.headers.get("content-type") if is_legible else None, head)
    if length is not None and received != length:
        raise TransientError(
            sentence(
                "segment.cut",
                "A segment from {site} ended after {size:,} bytes of {total:,}.",
                site=site,
                size=received,
                total=length,
            )
        )
    if received == 0:
        raise TransientError(sentence("segment.empty", "{site} sent an empty segment.", site=site))


def _section(body: Iterator[bytes], site: str) -> bytes:
    """Return an initialisation section as it came.

    Raises:
        PermanentError: It is too long to be one.
    """
    section = bytearray()
    for chunk in body:
        section += chunk
        if len(section) > _MOST_INIT:
            raise PermanentError(
                sentence(
                    "playlist.long_section",
                    "The HLS playlist from {site} has an initialisation section of more than {megabytes} MB, "
                    "which is not supported: a file stands where only its description should be.",
                    site=site,
                    megabytes=_MOST_INIT // 1024**2,
                )
            )
    return bytes(section)
