"""Reading HLS playlists (RFC 8216): what to fetch, in which order, with which key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import m3u8

from ohdio_core.errors import PermanentError, TransientError
from ohdio_downloader.fetch.refusal import host
from ohdio_downloader.fetch.resume import resource

#: A day of one-second segments has 86,400; more is an attack or a mistake.
MAX_SEGMENTS = 100_000

#: 100,000 lines of the longest usual length stay under this.
MAX_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A piece of a file."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Key:
    """AES-128 in CBC mode (RFC 8216, section 4.3.2.4)."""

    url: str
    iv: bytes  #: 16 bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece to fetch; the initialisation section of fragmented MP4 is one too, of no duration."""

    url: str
    duration: float  #: seconds
    byte_range: ByteRange | None = None
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class MediaPlaylist:
    """All the pieces of one recording, in order."""

    segments: tuple[Segment, ...]

    def fingerprint(self) -> bytes:
        """32 bytes that change when the pieces do, but not when their addresses are signed anew."""
        digest = hashlib.sha256()
        for segment in self.segments:
            key = None if segment.key is None else (resource(segment.key.url), segment.key.iv)
            digest.update(repr((resource(segment.url), segment.duration, segment.byte_range, key)).encode())
        return digest.digest()


def parse(body: bytes, url: str) -> m3u8.M3U8:
    """Parse any playlist; ``url`` is where it came from, for the relative addresses in it.

    Raises:
        PermanentError: It is no playlist.
    """
    text = body.decode("utf-8", errors="replace").removeprefix("\ufeff")
    if not text.lstrip().startswith("#EXTM3U"):
        raise PermanentError(f"{host(url)} sent something other than an HLS playlist.")
    with _readable(host(url)):
        return m3u8.loads(text, uri=url)


def choose_rendition(master: m3u8.M3U8, url: str) -> str:
    """Give the address of the best-sounding audio that a master playlist offers.

    Audio alone beats audio with video; then the higher bandwidth wins. A variant that names a group of
    audio renditions is heard through the group's default one (RFC 8216, section 4.3.4.1).

    Raises:
        PermanentError: It offers nothing.
    """
    if not master.playlists:
        raise PermanentError(f"The HLS playlist from {host(url)} offers no audio.")
    with _readable(host(url)):
        best = max(master.playlists, key=lambda variant: (not _has_video(variant), variant.stream_info.bandwidth or 0))
        renditions = [
            media
            for media in master.media
            if media.type == "AUDIO" and media.group_id == best.stream_info.audio and media.uri is not None
        ]
        renditions.sort(key=lambda media: media.default != "YES")
        return str((renditions[0] if renditions else best).absolute_uri)


def read_media_playlist(playlist: m3u8.M3U8, url: str) -> MediaPlaylist:
    """Turn a media playlist into the pieces to fetch.

    Raises:
        PermanentError: It is live, protected, too long, empty or contradictory.
    """
    site = host(url)
    if not playlist.segments:
        raise PermanentError(f"The HLS playlist from {site} is empty.")
    if not playlist.is_endlist:
        raise PermanentError(f"The HLS playlist from {site} has no end: a live broadcast cannot be downloaded.")
    if len(playlist.segments) > MAX_SEGMENTS:
        raise PermanentError(f"The HLS playlist from {site} has more than {MAX_SEGMENTS:,} segments.")
    reader = _Reader(site)
    with _readable(site):
        for segment in playlist.segments:
            reader.add(segment)
    return MediaPlaylist(tuple(reader.segments))


@contextmanager
def _readable(site: str) -> Iterator[None]:
    """Say in our words what the parser stumbles over; some of it only when a value is asked for."""
    try:
        yield
    except (ValueError, LookupError, AttributeError, TypeError, m3u8.ParseError) as error:
        raise PermanentError(f"The HLS playlist from {site} cannot be read: {error}.") from error


class _Reader:
    """Carries what one segment says for the next: the initialisation section and the end of its byte range."""

    def __init__(self, site: str) -> None:
        self.segments: list[Segment] = []
        self._site = site
        self._map: tuple[str, str | None] | None = None
        self._end_of: tuple[str, int] | None = None

    def add(self, segment: m3u8.Segment) -> None:
        if segment.gap_tag:
            raise TransientError(f"The HLS playlist from {self._site} has a gap: a segment is missing on the site.")
        key = self._key(segment)
        self._add_map(segment, key)
        url = str(segment.absolute_uri)
        self.segments.append(
            Segment(
                url=url,
                duration=float(segment.duration or 0),
                byte_range=self._byte_range(segment.byterange, url),
                key=key,
            )
        )

    def _add_map(self, segment: m3u8.Segment, key: Key | None) -> None:
        section = segment.init_section
        if section is None:
            return
        this = (str(section.absolute_uri), section.byterange)
        if self._map == this:
            return
        if self._map is not None:
            raise PermanentError(
                f"The HLS playlist from {self._site} changes its encoding midway, which is not supported."
            )
        self._map = this
        self.segments.append(
            Segment(url=this[0], duration=0.0, byte_range=self._byte_range(section.byterange, this[0]), key=key)
        )

    def _byte_range(self, text: str | None, url: str) -> ByteRange | None:
        if text is None:
            return None
        length, _, start = text.partition("@")
        follows = self._end_of[1] if self._end_of is not None and self._end_of[0] == url else 0
        if not length.isdecimal() or (start and not start.isdecimal()):
            raise PermanentError(f"The HLS playlist from {self._site} has a byte range that cannot be read: {text!r}.")
        byte_range = ByteRange(start=int(start) if start else follows, length=int(length))
        self._end_of = (url, byte_range.start + byte_range.length)
        return byte_range

    def _key(self, segment: m3u8.Segment) -> Key | None:
        key = segment.key
        if key is None or key.method in {None, "NONE"}:
            return None
        if key.method != "AES-128" or key.keyformat not in {None, "identity"}:
            raise PermanentError(
                f"The audio from {self._site} is protected ({key.method}): protection is never removed here."
            )
        number = int(segment.media_sequence or 0)
        try:
            iv = number.to_bytes(16, "big") if key.iv is None else int(key.iv, 16).to_bytes(16, "big")
        except (ValueError, OverflowError) as error:
            raise PermanentError(f"The HLS playlist from {self._site} has a key that cannot be used.") from error
        return Key(url=str(key.absolute_uri), iv=iv)


def _has_video(variant: m3u8.Playlist) -> bool:
    info = variant.stream_info
    codecs = (info.codecs or "").lower()
    return info.resolution is not None or any(codecs.find(name) >= 0 for name in ("avc", "hvc", "hev", "vp0", "av01"))
