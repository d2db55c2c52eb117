"""The broker of separate processes, with exactly the middleware that we mean to have: none (see ``brokers``)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pika
from dramatiq import Broker
from dramatiq.broker import Consumer
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.common import dq_name, xq_name
from pika.exceptions import AMQPError, ChannelClosedByBroker

from ohdio_core.messaging.ours_only import OursOnly, read_tolerantly
from ohdio_core.messaging.queues import QueueType, is_declared_otherwise, queue_arguments, settle_queues
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import sentence
from ohdio_core.settings import InvalidSettings

# As long as the database's: the kernel notices after ten seconds that a server is gone without a word, or has moved,
# and its name is looked up again. Heartbeats of AMQP would take two minutes, in which nothing else is sent either.
_KEEPALIVES = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}


class OursOnlyRabbitmqBroker(RabbitmqBroker):
    """RabbitMQ, as ``ours_only`` takes it.

    A queue that exists is taken whatever its type is. Only the start of a process replaces queues, so that processes
    which are started with different settings, as in an upgrade, do not delete each other's.
    """

    def __init__(self, *, url: str, queue_type: QueueType) -> None:
        super().__init__(url=url, middleware=[], confirm_delivery=True)
        self._queue_type = queue_type

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """Return a consumer of a queue."""
        return OursOnly(super().consume(queue_name, prefetch, timeout), queue_name, self.actors)

    def _declare_queue(self, queue_name: str) -> Any:
        return self._declare(queue_name, queue_name)

    def _declare_dq_queue(self, queue_name: str) -> Any:
        return self._declare(queue_name, dq_name(queue_name))

    def _declare_xq_queue(self, queue_name: str) -> Any:
        return self._declare(queue_name, xq_name(queue_name))

    def _declare(self, queue_name: str, name: str) -> Any:
        arguments = queue_arguments(queue_name, self._queue_type)[name]
        try:
            return self.channel.queue_declare(name, durable=True, arguments=arguments)
        except ChannelClosedByBroker as error:
            if not is_declared_otherwise(error):
                raise
            del self.channel
            return self.channel.queue_declare(name, passive=True)


def rabbitmq_broker(url: str, *, queue_type: QueueType = "classic", patience: float = 5.0) -> Broker:
    """Make a broker that connects to RabbitMQ when it is first used, and confirms what it publishes.

    Args:
        queue_type: What is declared where no queue is; those that are there are taken as they are.
        patience: Seconds after which a socket that does not answer, or a broker that blocks
            publishers because its memory or disk is full, counts as gone.
    """
    read_tolerantly()
    broker = OursOnlyRabbitmqBroker(url=url, queue_type=queue_type)
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = patience
    parameters.stack_timeout = 2 * patience
    parameters.blocked_connection_timeout = patience
    parameters.tcp_options = {**_KEEPALIVES, **(parameters.tcp_options or {})}
    broker.parameters = parameters
    return broker


def check_rabbitmq(url: str) -> None:
    """Make sure that RabbitMQ answers and lets us in.

    Raises:
        InvalidSettings: It does not; the sentence says why.
    """
    with _connected(url):
        pass


def prepare_rabbitmq(url: str, queue_type: QueueType) -> None:
    """Make sure that RabbitMQ answers, lets us in, and has our queues, of this type.

    Raises:
        InvalidSettings: It does not; the sentence says why.
    """
    with _connected(url) as connection:
        try:
            settle_queues(connection, queue_type)
        except ChannelClosedByBroker as error:
            if not is_declared_otherwise(error):
                raise
            raise InvalidSettings(
                sentence(
                    "setting.queue_type",
                    "OHDIO_QUEUE_TYPE is wrong: RabbitMQ makes no queues of the type {type} ({reason}). "
                    "Choose classic, or use a version of RabbitMQ that has them.",
                    type=queue_type,
                    reason=error.reply_text,
                )
            ) from None


@contextmanager
def _connected(url: str) -> Iterator[pika.BlockingConnection]:
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = parameters.stack_timeout = 5.0
    try:
        connection = pika.BlockingConnection(parameters)
        yield connection
        connection.close()
    except (AMQPError, OSError) as error:
        raise InvalidSettings(
            sentence(
                "setting.broker_unreachable",
                "RABBITMQ_URL is wrong, or RabbitMQ is not running: {reason}",
                reason=reason_in_sentence(error),
            )
        ) from None
