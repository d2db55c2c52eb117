"""What an operator may set for the scraper."""

from __future__ import annotations

from ohdio_core.settings import ScrapingSettings, WorkerSettings


class ScraperSettings(WorkerSettings, ScrapingSettings):
    """Settings of the scraper."""
