"""The routes of listening feeds."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_client.api.transport import Transport
from ohdio_core.schemas.listening_feeds import FeedOrder, Feeds, FeedView, MadeFeed


class FeedRoutes:
    """The listening feeds of one API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def every(self) -> Sequence[FeedView]:
        """Return the feeds that are not revoked, the newest first."""
        return self._transport.read(Feeds, "feeds").items

    def make(self, order: FeedOrder) -> MadeFeed:
        """Make a feed, and return it with its address.

        Raises:
            ItemRefused: The library has nothing of it, or there are too many.
        """
        return self._transport.order(MadeFeed, "POST", "feeds", order.model_dump(mode="json"))

    def revoke(self, number: int) -> None:
        """Revoke a feed.

        Raises:
            ItemRefused: There is none.
        """
        self._transport.delete(f"feeds/{number}")
