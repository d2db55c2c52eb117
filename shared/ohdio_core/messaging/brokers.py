"""The two brokers, with exactly the middleware that we mean to have: none.

Retries, time limits, age limits and delays live in PostgreSQL (``ohdio_core.work``); dramatiq's own
would lose, repeat or kill long work.
"""

from __future__ import annotations

import pika
from dramatiq import Broker
from pika.exceptions import AMQPError

from ohdio_core.messages import CONTRACTS
from ohdio_core.messaging.ours_only import OursOnlyRabbitmqBroker, OursOnlyStubBroker, read_tolerantly
from ohdio_core.reasons import reason_of
from ohdio_core.settings import InvalidSettings

__all__ = ["Broker", "check_rabbitmq", "in_process_broker", "rabbitmq_broker"]


def in_process_broker() -> Broker:
    """Make the broker of a single process. What fails is a row in PostgreSQL, never a dead letter."""
    read_tolerantly()
    broker = OursOnlyStubBroker(middleware=[])
    # Before anybody takes messages: what is sent until then waits here, and is not sent again some seconds later.
    for contract in CONTRACTS:
        broker.declare_queue(contract.queue)
    return broker


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
        raise InvalidSettings(f"RABBITMQ_URL is wrong, or RabbitMQ is not running: {reason_of(error)}") from None
