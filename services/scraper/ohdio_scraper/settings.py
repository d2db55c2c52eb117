"""What an operator may set for the scraper."""

from __future__ import annotations

from datetime import timedelta

from ohdio_core.settings import FollowSettings, ScrapingSettings, WorkerSettings
from ohdio_scraper.follower import Intervals


class ScraperSettings(WorkerSettings, ScrapingSettings, FollowSettings):
    """Settings of the scraper."""


def intervals_of(settings: FollowSettings) -> Intervals:
    """Return how often listings are looked at."""
    return Intervals(timedelta(hours=settings.feed_hours), timedelta(hours=settings.page_hours))
