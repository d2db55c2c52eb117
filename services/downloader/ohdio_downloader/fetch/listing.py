"""From the address of an HLS playlist to its segments, through the master playlist if there is one."""

from __future__ import annotations

from collections.abc import Callable

from ohdio_core.domain.audiobook import Media
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_downloader.fetch.look import FirstSegments
from ohdio_downloader.fetch.master import choose_rendition, is_master
from ohdio_downloader.fetch.playlist import MAX_BYTES, MediaPlaylist, read_media_playlist
from ohdio_downloader.fetch.protocol import MediaClient
from ohdio_downloader.fetch.refusal import host
from ohdio_downloader.fetch.tags import read_lines
from ohdio_downloader.fetch.variables import Variables


def read_playlist(media: Media, client: MediaClient, check: Callable[[], None]) -> MediaPlaylist:
    """Return what is to be fetched of the best audio behind ``media.url``.

    Args:
        media: The playlist, or a master playlist that leads to it.
        client: For requests.
        check: Called before each request; what it raises ends the reading.

    Raises:
        PermanentError: It is live, protected in another way than AES-128, or no playlist.
        TransientError: The site failed, or says that a segment is missing.
    """
    url, variables = media.url, Variables()
    for _ in range(2):
        check()
        response = client.get(url, headers=media.headers, max_bytes=MAX_BYTES)
        lines = read_lines(response.body, response.url, variables)
        if not is_master(lines):
            return read_media_playlist(lines, response.url)
        look = FirstSegments(media, client, check, variables)
        url, variables = choose_rendition(lines, response.url, look), variables.for_media()
    raise PermanentError(
        sentence(
            "playlist.leads_to_playlists",
            "The HLS playlist from {site} leads to other playlists only.",
            site=host(media.url),
        )
    )
