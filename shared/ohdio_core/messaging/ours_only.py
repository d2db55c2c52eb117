"""Brokers that take only messages of ours, and keep no dead letters.

A message is a wake-up: its row is in PostgreSQL, and the sweep sends it again. So what cannot be read, or is
for an actor that is not here (any more), is dropped with a warning. Left to dramatiq it would go to a
dead-letter queue, where nobody looks, or stop the thread that took it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import dramatiq
import structlog
from dramatiq.broker import Consumer, MessageProxy
from dramatiq.brokers.stub import StubBroker
from dramatiq.encoder import JSONEncoder, MessageData
from dramatiq.errors import DecodeError

log = structlog.get_logger(__name__)

_FIELDS = {
    "queue_name": str,
    "actor_name": str,
    "args": list,
    "kwargs": dict,
    "options": dict,
    "message_id": str,
    "message_timestamp": int,
}
_UNREADABLE: MessageData = {"queue_name": "", "actor_name": "", "args": [], "kwargs": {}, "options": {}}


class OursOnlyStubBroker(StubBroker):
    """The broker of a single process, as this module takes it."""

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 100) -> Consumer:
        """Return a consumer of a queue that was declared."""
        return OursOnly(super().consume(queue_name, prefetch, timeout), queue_name, self.actors)


def read_tolerantly() -> None:
    """Make dramatiq, which has one decoder for all brokers, decode what is no message as one without an actor."""
    dramatiq.set_encoder(_TolerantEncoder())


class _TolerantEncoder(JSONEncoder):
    def decode(self, data: bytes) -> MessageData:
        try:
            fields: Any = super().decode(data)
        except (DecodeError, ValueError, RecursionError):
            return dict(_UNREADABLE)
        is_message = isinstance(fields, dict) and fields.keys() == _FIELDS.keys()
        if is_message and all(isinstance(fields[name], kind) for name, kind in _FIELDS.items()):
            return fields  # type: ignore[no-any-return] # narrowed by the checks above, in a way that mypy cannot see
        return dict(_UNREADABLE)


class OursOnly(Consumer):
    """A consumer that drops what no actor of its queue is there for.

    Args:
        consumer: Of the broker itself.
        actors: The names of those that are there, whenever a message comes.
    """

    def __init__(self, consumer: Consumer, queue_name: str, actors: Collection[str]) -> None:
        self._consumer = consumer
        self._queue_name = queue_name
        self._actors = actors

    def __next__(self) -> MessageProxy | None:
        message: MessageProxy | None = next(self._consumer)
        if message is None or self._is_ours(message):
            return message
        log.warning("dropped a message that is none of ours", queue=self._queue_name, actor=message.actor_name)
        self.ack(message)
        return None

    def _is_ours(self, message: MessageProxy) -> bool:
        is_for_somebody = message.queue_name == self._queue_name and message.actor_name in self._actors
        return is_for_somebody and not message.args and not message.options

    def ack(self, message: MessageProxy) -> None:
        """Remove a message from its queue."""
        self._consumer.ack(message)

    def nack(self, message: MessageProxy) -> None:
        """Refuse a message."""
        self._consumer.nack(message)

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """Put messages back that were taken ahead."""
        self._consumer.requeue(messages)

    def close(self) -> None:
        """Take no more."""
        self._consumer.close()
