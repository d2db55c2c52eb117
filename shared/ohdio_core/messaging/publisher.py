"""The one thread per process that sends messages, so that no request ever waits for the broker."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable

import dramatiq
import structlog
from dramatiq import Broker
from dramatiq.errors import BrokerError

from ohdio_core.messages import Message

log = structlog.get_logger(__name__)

_CAPACITY = 10_000
_PAUSE_AFTER_FAILURE = 1.0
_PAUSE_BETWEEN_WARNINGS = 10.0
_LATELY = 60.0  # seconds; what was refused is sent again within them, by whoever has something to send


class Publisher:
    """Sends messages in the background. What cannot be sent is dropped: the sweep sends it again."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self._queue: queue.Queue[Message | None] = queue.Queue(maxsize=_CAPACITY)
        self._thread = threading.Thread(target=self._loop, name="publisher", daemon=True)
        self._is_broken_until = 0.0
        self._is_quiet_until = 0.0
        self._is_refused_until = 0.0

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def end(self) -> None:
        """Send what is waiting, for two seconds at most, and close the connection."""
        try:
            self._queue.put(None, timeout=1)
        except queue.Full:
            log.warning("messages were dropped at the end; they are sent again by the sweep")
            return
        self._thread.join(timeout=2)

    def publish(self, messages: Iterable[Message]) -> None:
        """Hand messages over; returns at once."""
        for message in messages:
            try:
                self._queue.put_nowait(message)
            except queue.Full:
                if time.monotonic() >= self._is_quiet_until:
                    self._is_quiet_until = time.monotonic() + _PAUSE_BETWEEN_WARNINGS
                    log.warning("too many messages wait for the broker; the sweep sends them later")
                return

    @property
    def is_refused(self) -> bool:
        """Return whether the broker took no message of this process lately; unknown while nothing is sent."""
        return time.monotonic() < self._is_refused_until

    def _loop(self) -> None:
        while (message := self._queue.get()) is not None:
            if time.monotonic() < self._is_broken_until:
                continue
            try:
                self._send(message)
            except BrokerError as error:
                self._fail()
                log.warning("the broker does not answer; messages are sent again later", error=str(error))
            except Exception:
                self._fail()
                log.warning("a message could not be sent; it is sent again later", exc_info=True)
            else:
                self._is_refused_until = 0.0
        # By the thread that opened the connection: pika's are not safe for others.
        self.broker.close()

    def _fail(self) -> None:
        now = time.monotonic()
        self._is_broken_until, self._is_refused_until = now + _PAUSE_AFTER_FAILURE, now + _LATELY

    def _send(self, message: Message) -> None:
        self.broker.enqueue(
            dramatiq.Message(
                queue_name=message.queue,
                actor_name=message.actor,
                args=(),
                kwargs=message.model_dump(mode="json"),
                options={},
            )
        )
