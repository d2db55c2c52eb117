"""The routes of accounts."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_client.api.transport import Transport
from ohdio_core.schemas.accounts import Accounts, AccountView


class AccountRoutes:
    """Who may sign in to one API's pages."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def every(self) -> Sequence[AccountView]:
        """Return every account, by name."""
        return self._transport.read(Accounts, "accounts").items
