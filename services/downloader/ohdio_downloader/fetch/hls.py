"""Fetching an HLS playlist: its segments, in order, decrypted, joined in one file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from ohdio_core.domain.audiobook import Media
from ohdio_core.errors import PermanentError, Postponed, TransientError
from ohdio_core.sentences import sentence
from ohdio_downloader.fetch.body import open_body
from ohdio_downloader.fetch.decryption import decrypted, is_plain_section
from ohdio_downloader.fetch.journal import SegmentJournal
from ohdio_downloader.fetch.key import Key, read_key
from ohdio_downloader.fetch.listing import read_playlist
from ohdio_downloader.fetch.partial import PartialFile
from ohdio_downloader.fetch.playlist import MediaPlaylist, Segment
from ohdio_downloader.fetch.protocol import (
    Control,
    Fetched,
    FetchLimits,
    MediaClient,
    MediaResponse,
    Proof,
    WrongBytes,
)
from ohdio_downloader.fetch.refusal import HEAD, empty_file, host, refusal, refuse_page
from ohdio_downloader.fetch.resume import content_length, content_range
from ohdio_downloader.fetch.split import Splitter

#: A segment is small and a cut is common; more than this is for the engine to wait out.
_TRIES = 3

#: Bytes of an initialisation section. It has no sound, and is some kilobytes long, or as long as a picture in it.
_MOST_INIT = 8 * 1024**2


def fetch_hls(media: Media, path: Path, client: MediaClient, control: Control, limits: FetchLimits) -> Fetched:
    """Fetch the best audio behind the playlist ``media.url`` into ``path``, one file as the segments make it.

    The segments are MPEG-TS, packed AAC or MP3, or fragmented MP4, and which of them can be read as one file is kept
    beside ``path`` (``Pieces``), with the lengths that the playlist announces. Segments that an earlier run finished
    are not fetched again, unless the playlist has changed. Memory stays bounded: no segment is held.

    Raises:
        NotFound: The playlist or a segment is gone.
        PermanentError: It is live, protected in another way than AES-128, or no playlist.
        Throttled: The site asks for fewer requests; segments are kept.
        Postponed: The disk is too full; segments are kept.
        TransientError: A segment failed three times; the ones before are kept.
        Exception: Whatever ``control.check`` raises; finished segments are kept.
    """
    playlist = read_playlist(media, client, control.check)
    journal = SegmentJournal(path, playlist.fingerprint())
    with PartialFile(path, free_space_floor=limits.free_space_floor) as partial:
        download = _HlsDownload(media, partial, client, control, limits)
        ends = journal.ends(partial.size)[: len(playlist.segments)]
        partial.truncate(ends[-1] if ends else 0)
        partial.require_space(0)
        announced = timedelta(seconds=sum(segment.duration for segment in playlist.segments))
        partial.bound(limits.unannounced.stating(announced).size, host(media.url))
        expected = _Expected(playlist)
        splitter = Splitter(partial, host(media.url), playlist.rounding)
        start = 0
        for index, segment in enumerate(playlist.segments):
            if index >= len(ends):
                download.fetch(segment)
                journal.record(index, partial.size)
            end = ends[index] if index < len(ends) else partial.size
            splitter.add(segment, start, end)
            control.advance(partial.size, expected.total(index, end))
            start = end
        if partial.size == 0:
            raise empty_file(media.url)
        splitter.end().save(path)
        partial.finish()
        SegmentJournal.forget(path)
        # Every segment came, and nobody uses them without comparing their sound with what the playlist announces.
        return Fetched(path=path, size=partial.size, proof=Proof.LENGTH)


class _Expected:
    """Guesses the size of the whole from the bytes that each second has taken so far."""

    def __init__(self, playlist: MediaPlaylist) -> None:
        self._durations = [segment.duration for segment in playlist.segments]
        self._whole = sum(self._durations)
        self._heard = 0.0

    def total(self, index: int, size: int) -> int | None:
        """Guess, once segment ``index`` is there and the file has ``size`` bytes."""
        self._heard += self._durations[index]
        return round(size * self._whole / self._heard) if self._heard > 0 else None


class _HlsDownload:
    """One call of ``fetch_hls``."""

    def __init__(
        self, media: Media, partial: PartialFile, client: MediaClient, control: Control, limits: FetchLimits
    ) -> None:
        self._media = media
        self._partial = partial
        self._client = client
        self._control = control
        self._limits = limits
        self._keys: dict[str, bytes] = {}

    def fetch(self, segment: Segment) -> None:
        """Add one segment to the file, whole or not at all."""
        start = self._partial.size
        for left in reversed(range(_TRIES)):
            try:
                self._fetch_once(segment)
            except TransientError as error:
                self._partial.truncate(start)
                if left == 0 or isinstance(error, (Postponed, WrongBytes)):
                    raise
            except BaseException:
                self._partial.truncate(start)
                raise
            else:
                return

    def _fetch_once(self, segment: Segment) -> None:
        self._control.check()
        key = None if segment.key is None else self._key(segment.key)
        headers = dict(self._media.headers)
        if segment.byte_range is not None:
            first = segment.byte_range.start
            headers["Range"] = f"bytes={first}-{first + segment.byte_range.length - 1}"
        with self._client.stream(segment.url, headers=headers) as response:
            length = _check_answer(segment, response)
            self._control.begin_body(is_length_known=length is not None)
            with open_body(response, self._control, self._limits.stall) as body:
                whole = _checked(body, response, length, is_legible=segment.is_legible)
                if segment.is_init:
                    section = _section(whole, host(segment.url))
                    key = None if is_plain_section(section) else key
                    whole = iter([section])
                if segment.key is not None and key is not None:
                    site, is_known = host(segment.url), length is not None
                    whole = decrypted(whole, key, segment.key.iv, site, is_length_known=is_known)
                for chunk in whole:
                    self._partial.write(chunk)

    def _key(self, key: Key) -> bytes:
        """Read a key once, whatever the number of segments that use it."""
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
