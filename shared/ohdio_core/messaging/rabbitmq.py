"""The broker of separate processes, with exactly the middleware that we mean to have: none (see ``brokers``)."""

from __future__ import annotations

import pika
from dramatiq import Broker
from dramatiq.broker import Consumer
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from pika.exceptions import AMQPError

from ohdio_core.messaging.ours_only import OursOnly, read_tolerantly
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import sentence
from ohdio_core.settings import InvalidSettings


class OursOnlyRabbitmqBroker(RabbitmqBroker):
    """RabbitMQ, as ``ours_only`` takes it."""

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """Return a consumer of a queue."""
        return OursOnly(super().consume(queue_name, prefetch, timeout), queue_name, self.actors)


def rabbitmq_broker(url: str, *, patience: float = 5.0) -> Broker:
    """Make a broker that connects to RabbitMQ when it is first used, and confirms what it publishes.

    Args:
        patience: Seconds after which a socket that does not answer, or a broker that blocks
            publishers because its memory or disk is full, counts as gone.
    """
    read_tolerantly()
    broker = OursOnlyRabbitmqBroker(url=url, middleware=[], confirm_delivery=True)
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = patience
    parameters.stack_timeout = 2 * patience
    parameters.blocked_connection_timeout = patience
    broker.parameters = parameters
    return broker


def check_rabbitmq(url: str) -> None:
    """Make sure that RabbitMQ answers and lets us in.

    Raises:
        InvalidSettings: It does not; the sentence says why.
    """
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = parameters.stack_timeout = 5.0
    try:
        pika.BlockingConnection(parameters).close()
    except (AMQPError, OSError) as error:
        raise InvalidSettings(
            sentence(
                "setting.broker_unreachable",
                "RABBITMQ_URL is wrong, or RabbitMQ is not running: {reason}",
                reason=reason_in_sentence(error),
            )
        ) from None
