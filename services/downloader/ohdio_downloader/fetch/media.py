"""One door for every kind of medium."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ohdio_core.domain.audiobook import Media, MediaKind
from ohdio_downloader.disk import postponing_when_full
from ohdio_downloader.fetch.endless import Endless
from ohdio_downloader.fetch.hls import fetch_hls
from ohdio_downloader.fetch.http import PlaylistFound, fetch_http
from ohdio_downloader.fetch.protocol import Control, Fetched, FetchLimits, MediaClient
from ohdio_downloader.pieces import Pieces


def fetch(media: Media, path: Path, client: MediaClient, control: Control, limits: FetchLimits) -> Fetched:
    """Fetch ``media`` into ``path``, whichever kind it is; see ``fetch_http`` and ``fetch_hls`` for the errors.

    A playlist that is called a file, by its name or type, is fetched as a playlist.

    Nothing is kept of what turns out to be endless.

    A ``path`` that exists arrived whole in an earlier run and is given as it is; who finds it damaged
    removes it.
    """
    if path.exists():
        return Fetched(path=path, size=path.stat().st_size)
    try:
        with postponing_when_full(path.parent, limits.free_space_floor):
            if media.kind is MediaKind.HTTP:
                Pieces.forget(path)  # of a playlist that stood here before a kill; a plain file has none
                with suppress(PlaylistFound):
                    return fetch_http(media, path, client, control, limits)
            return fetch_hls(media, path, client, control, limits)
    except Endless:
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()
        raise
