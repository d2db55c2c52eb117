"""The queues of RabbitMQ as we declare them, and how those of another type are replaced.

Of each queue dramatiq has three: itself, one of delayed messages (``.DQ``) and one of dead letters (``.XQ``); we use
the first alone. What a queue is cannot be changed: one of another type is deleted, with its messages, and declared
again. That loses no work, as a message is a wake-up: the sweep sends it again.
"""

from __future__ import annotations

from typing import Literal

import structlog
from dramatiq.brokers.rabbitmq import DEAD_MESSAGE_TTL
from dramatiq.common import dq_name, xq_name
from pika import BlockingConnection
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from ohdio_core.messages import CONTRACTS

log = structlog.get_logger(__name__)

#: "classic" is kept on one node; "quorum" on most nodes of a cluster, so that it outlives one of them.
QueueType = Literal["classic", "quorum"]

_OTHERWISE_DECLARED = 406  # PRECONDITION_FAILED (AMQP 0-9-1, section 1.2 of the reference)
_ATTEMPTS = 5  # a process that is running may declare the old type again between our two steps


def queue_arguments(queue: str, queue_type: QueueType) -> dict[str, dict[str, object]]:
    """Return the names of the three queues of one of ours, each with what it is declared with."""
    # Classic ones without a word of it, as they have always been declared: another word counts as another queue.
    of_type: dict[str, object] = {} if queue_type == "classic" else {"x-queue-type": queue_type}
    dying = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": xq_name(queue)}
    return {
        queue: {**dying, **of_type},
        dq_name(queue): {**dying, **of_type},
        xq_name(queue): {"x-message-ttl": DEAD_MESSAGE_TTL, **of_type},
    }


def is_declared_otherwise(error: ChannelClosedByBroker) -> bool:
    """Return whether a declaration failed because the queue exists with other arguments, or cannot have these."""
    return int(error.reply_code) == _OTHERWISE_DECLARED


def settle_queues(connection: BlockingConnection, queue_type: QueueType) -> None:
    """Declare every queue of ours; delete before it what is of another type.

    Raises:
        ChannelClosedByBroker: The broker has no queues of this type.
    """
    for contract in CONTRACTS:
        for name, arguments in queue_arguments(contract.queue, queue_type).items():
            _settle(connection, name, arguments)


def _settle(connection: BlockingConnection, name: str, arguments: dict[str, object]) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        channel = connection.channel()
        try:
            channel.queue_declare(name, durable=True, arguments=arguments)
        except ChannelClosedByBroker as error:
            if not is_declared_otherwise(error) or attempt == _ATTEMPTS:
                raise
            _delete(connection.channel(), name)
        else:
            channel.close()
            return


def _delete(channel: BlockingChannel, name: str) -> None:
    channel.queue_delete(name)
    channel.close()
    log.info("a queue of another type was deleted; what was in it is sent again", queue=name)
