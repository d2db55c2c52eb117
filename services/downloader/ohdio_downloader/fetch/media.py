"""One door for every kind of medium."""

from __future__ import annotations

from pathlib import Path

from ohdio_core.domain.audiobook import Media, MediaKind
from ohdio_downloader.disk import postponing_when_full
from ohdio_downloader.fetch.hls import fetch_hls
from ohdio_downloader.fetch.http import fetch_http
from ohdio_downloader.fetch.protocol import Control, Fetched, FetchLimits, MediaClient


def fetch(media: Media, path: Path, client: MediaClient, control: Control, limits: FetchLimits) -> Fetched:
    """Fetch ``media`` into ``path``, whichever kind it is; see ``fetch_http`` and ``fetch_hls`` for the errors.

    A ``path`` that exists arrived whole in an earlier run and is given as it is; who finds it damaged
    removes it.
    """
    if path.exists():
        return Fetched(path=path, size=path.stat().st_size)
    with postponing_when_full(path.parent, limits.free_space_floor):
        match media.kind:
            case MediaKind.HTTP:
                return fetch_http(media, path, client, control, limits)
            case MediaKind.HLS:
                return fetch_hls(media, path, client, control, limits)
