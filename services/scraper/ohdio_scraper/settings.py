"""What an operator may set for the scraper."""

from __future__ import annotations

from pydantic import Field

from ohdio_core.settings import WorkerSettings


class ScraperSettings(WorkerSettings):
    """Settings of the scraper."""

    threads: int = Field(
        5, alias="SCRAPER_THREADS", ge=1, le=64, description="How many listings are read at once, in each process"
    )
