"""An HLS stream of five segments, and a fetch of it."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from ohdio_core.domain.audiobook import Media, MediaKind
from ohdio_core.errors import OhdioError
from ohdio_core.sources.http import SiteClient
from ohdio_downloader.fetch.hls import fetch_hls
from ohdio_downloader.fetch.protocol import Fetched, FetchLimits
from tests.fakes.download_control import FakeControl
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving

SEGMENTS = [b"G" + random.Random(f"segment {number}").randbytes(40_000) for number in range(5)]
WHOLE = b"".join(SEGMENTS)


class Fetcher:
    def __init__(self, client: SiteClient, target: Path) -> None:
        self._client = client
        self._target = target

    def __call__(self, url: str, *, control: FakeControl | None = None, stall: float = 30, floor: int = 0) -> Fetched:
        limits = FetchLimits(stall=timedelta(seconds=stall), free_space_floor=floor)
        return fetch_hls(Media(url, MediaKind.HLS), self._target, self._client, control or FakeControl(), limits)

    def expect(self, error: type[OhdioError], url: str, *, stall: float = 30, floor: int = 0) -> OhdioError:
        with pytest.raises(error) as caught:
            self(url, stall=stall, floor=floor)
        assert not self._target.exists()
        return caught.value


def playlist(*lines: str, end: bool = True) -> Serving:
    body = "\n".join(["#EXTM3U", "#EXT-X-VERSION:4", "#EXT-X-TARGETDURATION:4", *lines, *(["#EXT-X-ENDLIST"] * end)])
    return Serving(body.encode(), content_type="application/vnd.apple.mpegurl", etag=None)


def serve_segments(faulty: FaultyOrigin, segments: list[bytes] = SEGMENTS, query: str = "") -> str:
    lines: list[str] = []
    for number, data in enumerate(segments):
        faulty.serve(f"/{number}.ts", Serving(data, content_type="video/mp2t"))
        lines += ["#EXTINF:4.0,", f"{number}.ts{query}"]
    return faulty.serve("/list.m3u8", playlist(*lines))
