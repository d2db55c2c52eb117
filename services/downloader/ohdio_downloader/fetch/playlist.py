"""Reading HLS media playlists (RFC 8216): what to fetch, in which order, with which key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ohdio_core.errors import PermanentError, TransientError
from ohdio_core.sentences import sentence
from ohdio_downloader.fetch.key import KEY_SCHEMES, Key
from ohdio_downloader.fetch.refusal import host
from ohdio_downloader.fetch.resume import resource
from ohdio_downloader.fetch.tags import Line, absolute, attributes, is_whole, seconds, whole_number
from ohdio_downloader.media.protection import Protected

#: A day of one-second segments has 86,400; more is an attack or a mistake.
MAX_SEGMENTS = 100_000

#: 100,000 lines of the longest usual length stay under this.
MAX_BYTES = 8 * 1024 * 1024

#: The format of a key that is 16 bytes, and nothing else (RFC 8216, section 4.3.2.4); also where none is told.
_PLAIN_KEY = "identity"

#: From this version on, durations are told with decimals (RFC 8216, section 4.3.2.1).
_EXACT_SINCE = 3


@dataclass(frozen=True, slots=True)
class SegmentRange:
    """A piece of a file."""

    start: int
    length: int

    @property
    def end(self) -> int:
        """After its last byte."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Segment:
    """One thing to fetch: a piece of the sound, or what must be read before it."""

    url: str
    duration: float  #: seconds; 0 for what has no sound, and where nothing is told
    byte_range: SegmentRange | None = None
    key: Key | None = None
    is_init: bool = False  #: a media initialisation section (RFC 8216, section 4.3.2.5)
    is_new: bool = False  #: has nothing to do with what comes before it (RFC 8216, section 4.3.2.3)

    @property
    def is_legible(self) -> bool:
        """Return whether its first bytes, as they come, are those of a file."""
        return self.key is None and (self.byte_range is None or self.byte_range.start == 0)


@dataclass(frozen=True, slots=True)
class MediaPlaylist:
    """All the pieces of one recording, in order."""

    segments: tuple[Segment, ...]
    rounding: float = 0.0  #: seconds by which each duration may be told too long

    def fingerprint(self) -> bytes:
        """Return 32 bytes that change when the pieces do, but not when their addresses are signed anew."""
        digest = hashlib.sha256()
        for segment in self.segments:
            key = None if segment.key is None else (resource(segment.key.url), segment.key.iv)
            told = (resource(segment.url), segment.duration, segment.byte_range, key, segment.is_init, segment.is_new)
            digest.update(repr(told).encode())
        return digest.digest()


def read_media_playlist(lines: Iterable[Line], url: str) -> MediaPlaylist:
    """Return what a media playlist tells to fetch; ``url`` is where it was read.

    Raises:
        PermanentError: It is live, protected, too long, empty or contradictory, or announces what it has no address of.
        TransientError: It says that a segment is missing on the site.
    """
    reader = _Reader(url)
    for line in lines:
        reader.read(line)
    return reader.end()


def empty_playlist(site: str) -> PermanentError:
    """Return the error for a playlist without a segment."""
    return PermanentError(sentence("playlist.no_segment", "The HLS playlist from {site} is empty.", site=site))


class _Reader:
    """Carries what one line says for those after it."""

    def __init__(self, url: str) -> None:
        self._base = url
        self._site = host(url)
        self._segments: list[Segment] = []
        self._count = 0  #: of segments with sound
        self._sequence: int | None = 0
        self._version = 1
        self._is_ended = False
        self._is_exact = False  #: some duration has decimals
        self._duration: float | None = None  #: announced for the next address
        self._range: str | None = None  #: the same
        self._is_gap = False  #: the same
        self._is_new = False  #: the same
        self._keys: dict[str, dict[str, str]] = {}  #: by format: each is another way to the same key
        self._init: tuple[str, SegmentRange | None] | None = None
        self._end_of: tuple[str, int] | None = None  #: the last byte range
        self._readers = {
            "": self._read_address,
            "EXTINF": self._read_duration,
            "EXT-X-BYTERANGE": self._read_range,
            "EXT-X-KEY": self._read_key,
            "EXT-X-MAP": self._read_init,
            "EXT-X-DISCONTINUITY": self._read_discontinuity,
            "EXT-X-GAP": self._read_gap,
            "EXT-X-MEDIA-SEQUENCE": self._read_sequence,
            "EXT-X-VERSION": self._read_version,
            "EXT-X-PLAYLIST-TYPE": self._read_type,
            "EXT-X-ENDLIST": self._read_end,
            "EXT-X-I-FRAMES-ONLY": self._read_pictures,
        }

    def read(self, line: Line) -> None:
        """Read one line; tags that say nothing about what to fetch are passed over."""
        reader = self._readers.get(line.tag)
        if reader is not None:
            reader(line.value)

    def end(self) -> MediaPlaylist:
        """Return what was read.

        Raises:
            PermanentError: It is not all there, or nothing at all.
        """
        self._refuse_dangling()
        if not self._count:
            raise empty_playlist(self._site)
        if not self._is_ended:
            raise PermanentError(
                sentence(
                    "playlist.live",
                    "The HLS playlist from {site} has no end: a live broadcast cannot be downloaded.",
                    site=self._site,
                )
            )
        is_rounded = self._version < _EXACT_SINCE and not self._is_exact
        return MediaPlaylist(tuple(self._segments), 0.5 if is_rounded else 0.0)

    def _read_duration(self, value: str) -> None:
        self._refuse_dangling()
        self._duration = seconds(value)
        if self._duration is None:
            raise PermanentError(
                sentence(
                    "playlist.bad_length",
                    "The HLS playlist from {site} has a segment whose length cannot be read: {length}.",
                    site=self._site,
                    length=repr(value[:40]),
                )
            )
        self._is_exact |= not is_whole(value)

    def _refuse_dangling(self) -> None:
        if self._duration is not None:
            raise PermanentError(
                sentence(
                    "playlist.cut",
                    "The HLS playlist from {site} announces a segment and has no address for it: it is cut.",
                    site=self._site,
                )
            )

    def _read_range(self, value: str) -> None:
        self._range = value

    def _read_gap(self, _value: str) -> None:
        self._is_gap = True

    def _read_discontinuity(self, _value: str) -> None:
        self._is_new = True

    def _read_end(self, _value: str) -> None:
        self._is_ended = True

    def _read_pictures(self, _value: str) -> None:
        raise PermanentError(
            sentence(
                "playlist.pictures",
                "The HLS playlist from {site} has single pictures of a film only, and no sound.",
                site=self._site,
            )
        )

    def _read_type(self, value: str) -> None:
        # Such a playlist does not change (RFC 8216, section 4.3.3.5), so its end is where it ends.
        self._is_ended |= value.strip().upper() == "VOD"

    def _read_version(self, value: str) -> None:
        self._version = whole_number(value) or 1

    def _read_sequence(self, value: str) -> None:
        self._sequence = whole_number(value)

    def _read_key(self, value: str) -> None:
        told = attributes(value)
        if told.get("METHOD", "").upper() == "NONE":
            self._keys = {}
        else:
            self._keys[told.get("KEYFORMAT", "").strip().lower() or _PLAIN_KEY] = told

    def _read_init(self, value: str) -> None:
        told = attributes(value)
        if not told.get("URI"):
            raise PermanentError(
                sentence(
                    "playlist.no_section",
                    "The HLS playlist from {site} has an initialisation section without address.",
                    site=self._site,
                )
            )
        url = absolute(told["URI"], self._base)
        this = (url, self._byte_range(told.get("BYTERANGE"), 0))
        if this[1] is not None and self._place_after(url) == 0:
            # Else what follows goes on where the segment before it ended (section 4.3.2.2).
            self._end_of = (url, this[1].end)
        if this != self._init:
            self._init = this
            # A key applies to what is told after it (RFC 8216, section 4.3.2.4).
            self._add(Segment(url=url, duration=0.0, byte_range=this[1], key=self._key(), is_init=True, is_new=True))
            self._is_new = False

    def _read_address(self, value: str) -> None:
        if self._is_gap:
            raise TransientError(
                sentence(
                    "playlist.gap",
                    "The HLS playlist from {site} has a gap: a segment is missing on the site.",
                    site=self._site,
                )
            )
        url = absolute(value, self._base)
        byte_range = self._byte_range(self._range, self._place_after(url))
        if byte_range is not None:
            self._end_of = (url, byte_range.end)
        self._add(
            Segment(
                url=url,
                duration=self._duration or 0.0,
                byte_range=byte_range,
                key=self._key(),
                is_new=self._is_new,
            )
        )
        self._count += 1
        self._duration, self._range, self._is_new = None, None, False

    def _add(self, segment: Segment) -> None:
        if len(self._segments) >= MAX_SEGMENTS:
            raise PermanentError(
                sentence(
                    "playlist.too_long",
                    "The HLS playlist from {site} has more than {most:,} segments.",
                    site=self._site,
                    most=MAX_SEGMENTS,
                )
            )
        self._segments.append(segment)

    def _place_after(self, url: str) -> int:
        """Return where a byte range begins that tells no beginning."""
        return self._end_of[1] if self._end_of is not None and self._end_of[0] == url else 0

    def _byte_range(self, text: str | None, follows: int) -> SegmentRange | None:
        if text is None:
            return None
        length, _, start = (word.strip() for word in text.partition("@"))
        if not _is_number(length) or (start and not _is_number(start)):
            raise PermanentError(
                sentence(
                    "playlist.bad_range",
                    "The HLS playlist from {site} has a byte range that cannot be read: {range}.",
                    site=self._site,
                    range=repr(text[:40]),
                )
            )
        return SegmentRange(start=int(start) if start else follows, length=int(length))

    def _key(self) -> Key | None:
        """Return the key of what comes next; None where it is plain.

        Keys of several formats apply to one segment only if all produce the same key (RFC 8216, section 4.3.2.4): where
        the plain one ("identity") is among them, the publisher gives that to everybody, and the others, of players with
        a licence, are not needed. What has another method than it is not the same key.

        Raises:
            Protected: None of them is plain, or they contradict each other.
        """
        if not self._keys:
            return None
        told = self._keys.get(_PLAIN_KEY, {})
        url = absolute(told["URI"], self._base) if told.get("URI") else ""
        is_plain = not url or urlsplit(url).scheme in KEY_SCHEMES
        methods = {each.get("METHOD", "").upper() for each in self._keys.values()}
        if not told or not is_plain or methods != {"AES-128"}:
            raise Protected(self._site, _protection(self._keys))
        iv = self._iv(told.get("IV"))
        if not url or iv is None:
            raise PermanentError(
                sentence(
                    "playlist.bad_key", "The HLS playlist from {site} has a key that cannot be used.", site=self._site
                )
            )
        return Key(url=url, iv=iv)

    def _iv(self, text: str | None) -> bytes | None:
        """Return the initialisation vector: as it is told, or the segment's number; None where it cannot be read."""
        try:
            number = int(text, 16) if text else None if self._sequence is None else self._sequence + self._count
            return None if number is None else number.to_bytes(16, "big")
        except (ValueError, OverflowError):
            return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _protection(keys: dict[str, dict[str, str]]) -> str:
    """Return the names of the protection that a playlist tells, for people."""
    methods = {told.get("METHOD", "").upper()[:40] or "DRM" for told in keys.values()}
    names = {name for text in keys for mark, name in _SYSTEMS.items() if mark in text}
    return ", ".join(sorted(methods) + sorted(names))


#: Protection systems by what stands in KEYFORMAT.
_SYSTEMS = {
    "com.apple.streamingkeydelivery": "FairPlay",
    "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed": "Widevine",
    "com.widevine": "Widevine",
    "com.microsoft.playready": "PlayReady",
    "9a04f079-9840-4286-ab92-e65be0885f95": "PlayReady",
}
