"""Binding a message contract to the function that handles it, and running the threads that do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import dramatiq
import structlog
from dramatiq import Broker
from pydantic import ValidationError

from ohdio_core.messages import Message

log = structlog.get_logger(__name__)

M = TypeVar("M", bound=Message)

_LOOKS_EVERY = 250  # milliseconds: how soon idle threads notice that they are to stop


def consume(broker: Broker, contract: type[M], handle: Callable[[M], None]) -> None:
    """Call ``handle`` with every message of this contract. What does not fit the contract is logged and dropped."""

    def actor(**payload: Any) -> None:
        try:
            message = contract.model_validate(payload)
        except ValidationError as error:
            log.error("a message does not fit its contract", actor=contract.actor, error=str(error))
            return
        handle(message)

    dramatiq.actor(actor_name=contract.actor, queue_name=contract.queue, broker=broker)(actor)


class QueueWorker:
    """The threads that take messages of one queue: no more in hand than threads, so that none waits behind work."""

    def __init__(self, broker: Broker, queue: str, threads: int) -> None:
        self._worker = dramatiq.Worker(broker, queues={queue}, worker_threads=threads, worker_timeout=_LOOKS_EVERY)
        self._worker.queue_prefetch = threads

    def start(self) -> None:
        """Begin to take messages; connects again by itself whenever the broker is back."""
        self._worker.start()

    def stop(self, *, grace: float) -> None:
        """Take no more messages, and wait up to ``grace`` seconds for the work in hand."""
        self._worker.stop(timeout=int(grace * 1000))
