"""What the downloader listens to."""

from __future__ import annotations

from ohdio_core.messages import DownloadAudiobook
from ohdio_core.messaging.brokers import Broker
from ohdio_core.messaging.consumers import consume
from ohdio_core.work.runner import Runner


def register(broker: Broker, runner: Runner) -> None:
    """Register the runner for every request for a download."""
    consume(broker, DownloadAudiobook, lambda message: runner.handle(message.queue_item_id))
