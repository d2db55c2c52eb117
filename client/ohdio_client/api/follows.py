"""The routes of follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from ohdio_client.api.transport import LONG_TIMEOUT, Transport
from ohdio_core.schemas.follows import (
    FollowChange,
    FollowedLink,
    FollowedLinks,
    FollowImport,
    FollowOrder,
    FollowView,
    ListPreview,
)
from ohdio_core.schemas.held_follows import HeldConfirmation, HeldView
from ohdio_core.schemas.pages import Page

FollowVerb = Literal["check", "pause", "resume"]


class FollowRoutes:
    """The follows of one API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def add(self, order: FollowOrder) -> tuple[FollowView, bool]:
        """Follow a listing; return it as it is followed now, and whether it is new: else it keeps its own wishes.

        Raises:
            LinksRefused: It cannot be followed.
        """
        return self._transport.make(FollowView, "follows", order.model_dump(mode="json", exclude_unset=True))

    def add_all(self, order: FollowImport) -> Sequence[FollowedLink]:
        """Follow the links of a document, and return what became of each, in its order."""
        body = order.model_dump(mode="json", exclude_unset=True)
        return self._transport.order(FollowedLinks, "POST", "follows/import", body, timeout=LONG_TIMEOUT).items

    def look_at_all(self, order: FollowImport) -> ListPreview:
        """Return what following the links of a document would add at once."""
        body = order.model_dump(mode="json", exclude_unset=True)
        return self._transport.order(ListPreview, "POST", "follows/import/preview", body, timeout=LONG_TIMEOUT)

    def opml(self) -> str:
        """Return all that is followed as a subscription list."""
        return self._transport.text("follows.opml")

    def every(self, url: str | None = None) -> Iterator[FollowView]:
        """Yield the follows, the newest first; of this link alone, where one is named."""
        for page in self._transport.pages(Page[FollowView], "follows", url=url):
            yield from page.items

    def change(self, number: int, change: FollowChange) -> FollowView:
        """Change what is wanted of a follow, and return it.

        Raises:
            ItemRefused: There is none.
        """
        body = change.model_dump(mode="json", exclude_unset=True)
        return self._transport.order(FollowView, "PATCH", f"follows/{number}", body)

    def order(self, number: int, verb: FollowVerb) -> FollowView:
        """Order something of a follow, and return it.

        Raises:
            ItemRefused: There is none, or it is not fit.
        """
        return self._transport.order(FollowView, "POST", f"follows/{number}/{verb}")

    def held(self, number: int) -> HeldView:
        """Return what of the listing of a held follow is had.

        Raises:
            ItemRefused: It is not held.
        """
        return self._transport.read(HeldView, f"follows/{number}/held")

    def confirm(self, number: int, confirmation: HeldConfirmation) -> FollowView:
        """Confirm that a held follow is to begin, and return it.

        Raises:
            ItemRefused: It is not held, or is being compared still.
        """
        body = confirmation.model_dump(mode="json", exclude_unset=True)
        return self._transport.order(FollowView, "POST", f"follows/{number}/confirm", body)

    def end(self, number: int) -> None:
        """End a follow.

        Raises:
            ItemRefused: There is none.
        """
        self._transport.delete(f"follows/{number}")
