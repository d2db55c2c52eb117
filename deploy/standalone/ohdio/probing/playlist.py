"""The beginning of what an HLS playlist leads to."""

from __future__ import annotations

import io

from ohdio_core.domain.audiobook import Media
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import SiteClient
from ohdio_downloader.fetch.decryption import decrypted_beginning, is_plain_section
from ohdio_downloader.fetch.key import read_key
from ohdio_downloader.fetch.playlist import MediaPlaylist, Segment, empty_playlist
from ohdio_downloader.fetch.refusal import HEAD, host, refusal, refuse_page
from ohdio_downloader.fetch.resume import content_range
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
        data, is_all = _fetched(segment, media, client)
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


def _fetched(segment: Segment, media: Media, client: SiteClient) -> tuple[bytes, bool]:
    """Return the first bytes of a segment, decrypted, and whether they are all of it."""
    headers, wanted = dict(media.headers), segment.byte_range
    if wanted is not None:
        headers["Range"] = f"bytes={wanted.start}-{wanted.start + wanted.length - 1}"
    data, is_all = bytearray(), True
    with client.stream(segment.url, headers=headers) as response:
        if response.status not in {200, 206}:
            raise refusal(response.status, response.url, response.headers)
        if wanted is not None and (content_range(response.headers) or (None,))[0] != wanted.start:
            raise PermanentError(
                sentence(
                    "playlist.no_pieces",
                    "{site} does not give the pieces that its HLS playlist asks for.",
                    site=host(response.url),
                )
            )
        for chunk in response.iter_bytes():
            data += chunk
            if len(data) > _MOST:
                is_all = False
                break
        first = bytes(data[:_MOST])
        if segment.key is None:
            refuse_page(response.url, response.headers.get("content-type"), first[:HEAD])
    if segment.key is not None and not (segment.is_init and is_plain_section(first)):
        first = decrypted_beginning(first, read_key(segment.key, media, client), segment.key.iv)
    return first, is_all
