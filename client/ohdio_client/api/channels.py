"""The routes of who is told of what becomes of books."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_client.api.transport import LONG_TIMEOUT, Transport
from ohdio_core.schemas.telling import Channels, ChannelView, MadeChannel, Retried, TestOutcome


class ChannelRoutes:
    """Who is told by one API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def every(self) -> Sequence[ChannelView]:
        """Return everybody who is told."""
        return self._transport.read(Channels, "channels").items

    def add(self, order: dict[str, object]) -> MadeChannel:
        """Add somebody who is told from now on.

        Raises:
            ItemRefused: The address cannot be one.
        """
        return self._transport.order(MadeChannel, "POST", "channels", order)

    def test(self, number: int) -> TestOutcome:
        """Send a test.

        Raises:
            ItemRefused: There is no such channel.
        """
        return self._transport.order(TestOutcome, "POST", f"channels/{number}/test", timeout=LONG_TIMEOUT)

    def retry(self, number: int) -> Retried:
        """Try again what has not arrived.

        Raises:
            ItemRefused: There is no such channel.
        """
        return self._transport.order(Retried, "POST", f"channels/{number}/retry")

    def remove(self, number: int) -> None:
        """Remove somebody, who is told no more.

        Raises:
            ItemRefused: There is no such channel.
        """
        self._transport.delete(f"channels/{number}")
