"""What an operator may set for the metadata service."""

from __future__ import annotations

from pydantic import Field

from ohdio_core.settings import WorkerSettings


class MetadataSettings(WorkerSettings):
    """Settings of the metadata service."""

    threads: int = Field(
        10, alias="METADATA_THREADS", ge=1, le=64, description="How many books are described at once, in each process"
    )
