"""What an operator may set for the metadata service."""

from __future__ import annotations

from ohdio_core.settings import DescribingSettings, WorkerSettings


class MetadataSettings(WorkerSettings, DescribingSettings):
    """Settings of the metadata service."""
