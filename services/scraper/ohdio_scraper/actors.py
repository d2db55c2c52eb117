"""What the scraper listens to."""

from __future__ import annotations

from ohdio_core.messages import CheckFollow, ScrapeCategory
from ohdio_core.messaging.brokers import Broker
from ohdio_core.messaging.consumers import consume
from ohdio_core.work.runner import Runner


def register_scans(broker: Broker, runner: Runner) -> None:
    """Register the runner for every request for a scan."""
    consume(broker, ScrapeCategory, lambda message: runner.handle(message.scrape_id))


def register_follows(broker: Broker, runner: Runner) -> None:
    """Register the runner for every request to check a follow."""
    consume(broker, CheckFollow, lambda message: runner.handle(message.follow_id))
