"""A file, and a fetch of it."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from ohdio_core.domain.audiobook import Media, MediaKind
from ohdio_core.errors import OhdioError
from ohdio_core.sources.http import SiteClient
from ohdio_downloader.fetch.http import fetch_http
from ohdio_downloader.fetch.protocol import Fetched, FetchLimits
from tests.fakes.download_control import FakeControl

#: Begins as an MP3 does; fetching does not look further.
DATA = b"ID3\x04\x00\x00\x00\x00\x00\x00" + random.Random("fetch").randbytes(700_000)
CUT = 300_000


class Fetcher:
    def __init__(self, client: SiteClient, target: Path) -> None:
        self._client = client
        self._target = target

    def __call__(
        self,
        url: str,
        *,
        control: FakeControl | None = None,
        stall: float = 30,
        floor: int = 0,
        size: int | None = None,
        checksum: tuple[str, str] | None = None,
    ) -> Fetched:
        media = Media(
            url, MediaKind.HTTP, headers={"X-Test": "1"}, size=size, is_size_exact=size is not None, checksum=checksum
        )
        limits = FetchLimits(stall=timedelta(seconds=stall), free_space_floor=floor)
        return fetch_http(media, self._target, self._client, control or FakeControl(), limits)

    def expect(self, error: type[OhdioError], url: str, **options: object) -> OhdioError:
        with pytest.raises(error) as caught:
            self(url, **options)  # type: ignore[arg-type]  # the options above, by name
        assert not self._target.exists()
        return caught.value


def kept(target: Path) -> int:
    """How many bytes wait for the next run."""
    return target.with_name("part.partial").stat().st_size
