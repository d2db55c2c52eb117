"""A broker whose network loses and repeats messages."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dramatiq import Broker, Message


class FaultyNetwork(Broker):
    """Stands between a publisher and a broker.

    Args:
        lose: How many times each message is lost before it gets through.
        copies: How often each one that gets through arrives.
    """

    def __init__(self, broker: Broker, *, lose: int = 0, copies: int = 1) -> None:
        super().__init__(middleware=[])
        self._broker = broker
        self._lose = lose
        self._copies = copies
        self._seen: Counter[str] = Counter()

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        name = f"{message.actor_name} {message.kwargs}"
        self._seen[name] += 1
        if self._seen[name] > self._lose:
            for _ in range(self._copies):
                self._broker.enqueue(message, delay=delay)
        return message

    def close(self) -> None:
        self._broker.close()
