"""The beginning of what an HLS playlist leads to."""

from __future__ import annotations

import io

from ohdio_core.domain.audiobook import Media
from ohdio_core.sources.http import SiteClient
from ohdio_downloader.fetch.look import first_bytes
from ohdio_downloader.fetch.playlist import MediaPlaylist, empty_playlist
from ohdio_downloader.fetch.refusal import host
from ohdio_downloader.fetch.transport import first_program
from ohdio_downloader.media.protection import Protected, refuse_protected_mp4

_MOST = 1024 * 1024  # bytes of one segment


class Beginning(io.BytesIO):
    """The first segment with sound, behind what must be read before it."""

    bit_rate: int | None = None  #: of the segment, where all of it was read


def beginning_of(playlist: MediaPlaylist, media: Media, client: SiteClient) -> Beginning:
    """Fetch as much of a playlist's sound as tells what it is.

    Raises:
        Protected: It is encrypted in a way that is not undone here.
        OhdioError: It cannot be had.
    """
    before = b""
    for segment in playlist.segments:
        data, is_all = first_bytes(segment, media, client, _MOST)
        refuse_protected_mp4(data, host(segment.url))
        if segment.is_init:
            before = data
            continue
        program = first_program(data)
        if program is not None and program.is_encrypted:
            raise Protected(host(segment.url))
        beginning = Beginning(before + data)
        if is_all and segment.duration > 0:
            beginning.bit_rate = round(len(data) * 8 / segment.duration)
        return beginning
    raise empty_playlist(host(media.url))
