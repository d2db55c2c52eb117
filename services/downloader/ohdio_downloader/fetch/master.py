"""Choosing what to hear of a master playlist (RFC 8216, section 4.3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_downloader.fetch.look import Seen
from ohdio_downloader.fetch.refusal import host
from ohdio_downloader.fetch.tags import Line, absolute, attributes, whole_number

#: The first letters of codec names (RFC 6381) by what becomes of them here.
_KEPT = ("mp4a", "mp3", "opus", "flac", "fla", "alac")
_NOT_KEPT = ("ac-3", "ec-3", "ac-4", "dts", "mha", "mhm", "dvi", "mlpa", "samr", "sawb")
_OTHER_OFFERS = frozenset({"EXT-X-MEDIA", "EXT-X-I-FRAME-STREAM-INF"})
_PICTURES = ("avc", "hvc", "hev", "dvh", "vp0", "vp8", "vp9", "av01", "mp4v", "jpeg", "mjpg")
#: AC-3 and its successors as objects of MPEG-4; High-Efficiency AAC, which is for low bit rates.
_FOREIGN_MP4A = ("mp4a.a5", "mp4a.a6", "mp4a.a9", "mp4a.ac", "mp4a.ad", "mp4a.ae")
_FRUGAL_AAC = ("mp4a.40.5", "mp4a.40.05", "mp4a.40.29", "mp4a.40.42")
_MOST_LOOKS = 8  # at streams that do not say what they hold; no master has as many of sound alone

Look = Callable[[str], Seen]


@dataclass(frozen=True, slots=True)
class _Variant:
    """One stream that is offered, sound and picture together or the sound alone."""

    url: str
    bandwidth: int  #: bits a second at most; 0 where it is not told
    codecs: tuple[str, ...]  #: in lower case
    has_resolution: bool
    group: str | None  #: of audio renditions
    is_alone: bool = False  #: the sound is a rendition by itself, at ``url``
    seen: Seen | None = None  #: by its first segment

    @property
    def has_picture(self) -> bool:
        if self.is_alone:
            return False
        if self.seen is not None:
            return self.seen.has_picture
        return self.has_resolution or any(codec.startswith(_PICTURES) for codec in self.codecs)

    @property
    def codec_rank(self) -> int:
        """Return 2 for sound that is kept, 1 where nothing is told of it, 0 for other sound and for none."""
        if self.seen is not None:
            return 2 if self.seen.is_kept else 0
        if any(codec.startswith(_KEPT) and not codec.startswith(_FOREIGN_MP4A) for codec in self.codecs):
            return 2
        if any(codec.startswith(_NOT_KEPT + _FOREIGN_MP4A) for codec in self.codecs):
            return 0
        return 0 if self.codecs and self.group is None else 1


@dataclass(frozen=True, slots=True)
class _Rendition:
    """A recording of its own among those of a group."""

    group: str | None
    url: str | None  #: None where it is within the streams that name its group
    rank: int  #: the higher, the more it is what people hear who choose nothing


def is_master(lines: Iterable[Line]) -> bool:
    """Return whether a playlist offers other playlists, and no segments."""
    tags = {line.tag for line in lines}
    return "EXT-X-STREAM-INF" in tags or (not tags.isdisjoint(_OTHER_OFFERS) and "EXTINF" not in tags)


def choose_rendition(lines: Iterable[Line], url: str, look: Look) -> str:
    """Return the address of the best sound that a master playlist offers.

    What can be kept comes first (AAC before AC-3); then what comes without a picture, in the highest bandwidth; where
    all have pictures, the lowest bandwidth with the best form of the codec, since the rest of it is picture. A stream
    that names a group of audio renditions is heard through the group's default one (RFC 8216, section 4.3.4.1).

    Args:
        lines: Of the playlist.
        url: Where it was read.
        look: Returns what the stream holds whose playlist stands at an address; asked where that is not said, and
            sound alone may be among it.

    Raises:
        PermanentError: It offers nothing, or an address in it cannot be read.
        Exception: What ``look`` raises.
    """
    variants, renditions = _read(lines, url)
    # The first of those with the highest rank is the last here.
    renditions.reverse()
    renditions.sort(key=lambda rendition: rendition.rank)
    if variants:
        heard = {rendition.group: rendition.url for rendition in renditions}
        streams = [
            variant if (own := heard.get(variant.group)) is None else replace(variant, url=own, is_alone=True)
            for variant in variants
        ]
        return max(_looked_at(streams, look), key=_preference).url
    alone = [rendition.url for rendition in renditions if rendition.url is not None]
    if not alone:
        raise PermanentError(
            sentence("playlist.no_audio", "The HLS playlist from {site} offers no audio.", site=host(url))
        )
    return alone[-1]


def _preference(variant: _Variant) -> tuple[int, bool, bool, int]:
    is_full = not any(codec in _FRUGAL_AAC for codec in variant.codecs)
    if not variant.has_picture:
        return variant.codec_rank, True, False, variant.bandwidth
    return variant.codec_rank, False, is_full, -variant.bandwidth


def _looked_at(streams: list[_Variant], look: Look) -> list[_Variant]:
    """Return streams with what is seen in those that say nothing, where one of them may be the best sound."""
    unknown = {stream.url for stream in streams if stream.codec_rank == 1 and not stream.has_picture}
    best = max(streams, key=_preference)
    if not unknown or len(streams) == 1 or (best.codec_rank == 2 and not best.has_picture):
        return streams
    ordered = sorted((stream for stream in streams if stream.url in unknown), key=lambda stream: stream.bandwidth)
    # The largest, as all may be sound; else the small ones, as a picture needs more than sound alone.
    largest = ordered.pop()
    seen = {largest.url: look(largest.url)}
    if not seen[largest.url].is_sound_alone:
        for stream in ordered[:_MOST_LOOKS]:
            seen[stream.url] = look(stream.url)
            if seen[stream.url].has_picture:
                break
    with_picture = Seen(is_kept=True, has_picture=True)
    return [
        replace(stream, seen=seen.get(stream.url, with_picture)) if stream.url in unknown else stream
        for stream in streams
    ]


def _read(lines: Iterable[Line], url: str) -> tuple[list[_Variant], list[_Rendition]]:
    variants: list[_Variant] = []
    renditions: list[_Rendition] = []
    announced: dict[str, str] | None = None
    for line in lines:
        if line.tag == "EXT-X-STREAM-INF":
            announced = attributes(line.value)
        elif line.tag == "EXT-X-MEDIA":
            renditions += _rendition(attributes(line.value), url)
        elif not line.tag and announced is not None:
            variants.append(_variant(announced, absolute(line.value, url)))
            announced = None
    return variants, renditions


def _variant(told: dict[str, str], url: str) -> _Variant:
    return _Variant(
        url=url,
        bandwidth=whole_number(told.get("BANDWIDTH")) or whole_number(told.get("AVERAGE-BANDWIDTH")) or 0,
        codecs=tuple(codec for name in told.get("CODECS", "").split(",") if (codec := name.strip().lower())),
        has_resolution="RESOLUTION" in told,
        group=told.get("AUDIO"),
    )


def _rendition(told: dict[str, str], url: str) -> list[_Rendition]:
    """Return a rendition; none where it is no sound."""
    if told.get("TYPE", "").upper() != "AUDIO":
        return []
    address = told.get("URI")
    rank = 2 * (told.get("DEFAULT", "").upper() == "YES") + (told.get("AUTOSELECT", "").upper() == "YES")
    return [_Rendition(told.get("GROUP-ID"), absolute(address, url) if address else None, rank)]
