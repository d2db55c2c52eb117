"""Fetching an HLS playlist: its segments, decrypted, joined in their order in one file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from ohdio_core.domain.audiobook import Media
from ohdio_downloader.fetch.arriving import Arriving
from ohdio_downloader.fetch.journal import SegmentJournal
from ohdio_downloader.fetch.listing import read_playlist
from ohdio_downloader.fetch.partial import PartialFile
from ohdio_downloader.fetch.playlist import MediaPlaylist
from ohdio_downloader.fetch.protocol import Control, Fetched, FetchLimits, MediaClient, Proof
from ohdio_downloader.fetch.refusal import empty_file, host
from ohdio_downloader.fetch.segment import SegmentFetch
from ohdio_downloader.fetch.side_by_side import SideBySide
from ohdio_downloader.fetch.split import Splitter


def fetch_hls(media: Media, path: Path, client: MediaClient, control: Control, limits: FetchLimits) -> Fetched:
    """Fetch the best audio behind the playlist ``media.url`` into ``path``, one file as the segments make it.

    The segments are MPEG-TS, packed AAC or MP3, or fragmented MP4, and which of them can be read as one file is kept
    beside ``path`` (``Pieces``), with the lengths that the playlist announces. Segments that an earlier run finished
    are not fetched again, unless the playlist has changed. Several are fetched at once (``limits.segments_at_once``);
    memory stays bounded, as each holds a megabyte at most until those before it are written.

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
    fetch = SegmentFetch(media, client, limits.stall)
    with (
        PartialFile(path, free_space_floor=limits.free_space_floor) as partial,
        SideBySide(fetch, control, limits.segments_at_once) as side_by_side,
    ):
        ends = journal.ends(partial.size)[: len(playlist.segments)]
        partial.truncate(ends[-1] if ends else 0)
        partial.require_space(0)
        announced = timedelta(seconds=sum(segment.duration for segment in playlist.segments))
        partial.bound(limits.unannounced.stating(announced).size, host(media.url))
        expected = _Expected(playlist)
        splitter = Splitter(partial, host(media.url), playlist.rounding)
        missing = side_by_side.each(playlist.segments[len(ends) :])
        start = 0
        for index, segment in enumerate(playlist.segments):
            if index >= len(ends):
                control.check()
                _write(next(missing), partial)
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


def _write(arriving: Arriving, partial: PartialFile) -> None:
    """Add one segment to the file, whole or not at all."""
    start = partial.size
    try:
        for chunk in arriving.chunks():
            if chunk is None:
                partial.truncate(start)
            else:
                partial.write(chunk)
    except BaseException:
        partial.truncate(start)
        raise


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
