"""What a medium is, by its first bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ohdio.probing.playlist import beginning_of
from ohdio.probing.remote_file import RemoteFile
from ohdio_core.domain.audiobook import Media, MediaKind
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import SiteClient
from ohdio_downloader.fetch.listing import read_playlist
from ohdio_downloader.fetch.refusal import HEAD, host, is_playlist, refuse_page
from ohdio_downloader.fetch.resume import resource
from ohdio_downloader.media.mp3_tags import ID3_HEADER, id3_size
from ohdio_downloader.media.mpeg import has_frame_count
from ohdio_downloader.media.probe import DamagedAudio, probe
from ohdio_downloader.media.protection import Protected, refuse_protected_file
from ohdio_downloader.media.readable import Readable

_FIRST_FRAME = 192  # bytes that tell whether it counts the others


@dataclass(slots=True)
class Medium:
    """What was found out of a medium; None for what was not."""

    address: str  #: where it is, after redirects; without its query, which may be a secret
    kind: MediaKind
    content_type: str | None = None  #: what the site calls a file
    container: str | None = None  #: as FFmpeg names the demuxer; of a playlist, that of its segments
    codec: str | None = None  #: as FFmpeg names it
    sample_rate: int | None = None
    channels: int | None = None
    bit_rate: int | None = None  #: bits a second
    duration_seconds: float | None = None  #: as its headers or its playlist tell
    is_duration_estimated: bool = False  #: from the size and the bit rate, as the file tells none
    size: int | None = None  #: bytes of a file, as the site announces
    has_length: bool | None = None  #: whether it announces them
    has_ranges: bool | None = None  #: whether it gives pieces, so that a broken transfer can go on
    segments: int | None = None  #: of a playlist
    encryption: str | None = None  #: of a playlist whose key is given to anybody
    is_protected: bool | None = None  #: by DRM


def look_at(media: Media, client: SiteClient, found: Medium) -> None:
    """Find out what a medium is, and write it into ``found``, which holds all that was seen whatever is raised.

    Raises:
        Protected: Its protection is not removed.
        OhdioError: It cannot be had, or is no sound.
    """
    try:
        if found.kind is MediaKind.HLS:
            _look_at_playlist(media, client, found)
        else:
            _look_at_file(media, client, found)
    except Protected:
        found.is_protected = True
        raise
    found.is_protected = False


def new_medium(media: Media) -> Medium:
    """Return what is known of a medium before it is looked at."""
    return Medium(resource(media.url), media.kind)


def _look_at_file(media: Media, client: SiteClient, found: Medium) -> None:
    file = RemoteFile(media.url, media.headers, client)
    found.address, found.content_type = resource(file.url), file.content_type
    if is_playlist(file.head[:HEAD]):
        found.kind = MediaKind.HLS
        _look_at_playlist(replace(media, kind=MediaKind.HLS), client, found)
        return
    found.size, found.has_length, found.has_ranges = file.size, file.size is not None, file.has_ranges
    refuse_page(file.url, file.content_type, file.head[:HEAD])
    refuse_protected_file(file, len(file.head) if file.size is None else file.size, host(file.url))
    _read_sound(file, host(file.url), found)
    found.has_ranges = file.has_ranges
    found.is_duration_estimated = found.duration_seconds is not None and not _has_duration(file, found)


def _look_at_playlist(media: Media, client: SiteClient, found: Medium) -> None:
    playlist = read_playlist(media, client, lambda: None)
    sounding = [segment for segment in playlist.segments if not segment.is_init]
    found.segments = len(sounding)
    found.encryption = "AES-128" if any(segment.key is not None for segment in sounding) else None
    first = beginning_of(playlist, media, client)
    _read_sound(first, host(sounding[0].url), found)
    # Of the first segment they would be.
    found.duration_seconds = sum(segment.duration for segment in sounding) or None
    found.bit_rate = first.bit_rate


_NOT_TOLD = sentence("file.beginning_tells_nothing", "its first bytes do not tell what sound it is")
_NO_AUDIO = sentence("file.no_audio", "it is no audio that can be read")


def _read_sound(file: Readable, site: str, found: Medium) -> None:
    file.seek(0)
    try:
        info = probe(file)
    except DamagedAudio as error:
        is_cut = isinstance(file, RemoteFile) and file.is_exhausted
        why = _NOT_TOLD if is_cut else _NO_AUDIO
        raise PermanentError(sentence("file.no_sound", "Of what {site} sends, {why}.", site=site, why=why)) from error
    found.container, found.codec = info.container, info.codec
    found.sample_rate, found.channels, found.bit_rate = info.sample_rate, info.channels, info.bit_rate
    found.duration_seconds = None if info.duration is None else info.duration.total_seconds()


def _has_duration(file: RemoteFile, found: Medium) -> bool:
    if found.container != "mp3":
        return found.container != "aac"
    file.seek(0)
    file.seek(id3_size(file.read(ID3_HEADER)))
    return has_frame_count(file.read(_FIRST_FRAME))
