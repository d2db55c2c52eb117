"""What an operator may set for the downloader."""

from __future__ import annotations

from datetime import timedelta

from ohdio_core.download_settings import DownloadSettings
from ohdio_core.settings import WorkerSettings
from ohdio_downloader.fetch.endless import Allowance
from ohdio_downloader.fetch.protocol import FetchLimits


class DownloaderSettings(WorkerSettings, DownloadSettings):
    """Settings of the downloader."""


def limits_of(settings: DownloadSettings) -> FetchLimits:
    """Return how a transfer is made, and when it gives up."""
    hours = settings.longest_part_hours
    longest = None if hours is None else timedelta(hours=hours)
    return FetchLimits(
        settings.stall, settings.min_disk_space_bytes, Allowance(setting=longest), settings.segments_at_once
    )
