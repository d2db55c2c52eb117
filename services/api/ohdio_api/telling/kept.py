"""Where messages go, as it is kept: encrypted where there is a key for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from ohdio_api.telling.message import Destination
from ohdio_api.telling.sending import Undelivered
from ohdio_core.domain.telling import ChannelKind
from ohdio_core.errors import NeedsPerson
from ohdio_core.vault import Vault


def destination_of(row: Row[Any], vault: Vault) -> Destination:
    """Return where the messages of a channel go.

    Args:
        row: With its kind, address, secret and language.

    Raises:
        Undelivered: It was encrypted with another key than there is.
    """
    try:
        address = vault.unseal_column(row.address)
        secret = None if row.secret is None else vault.unseal_column(row.secret)
    except NeedsPerson as error:
        raise Undelivered(error.sentence) from None
    return Destination(ChannelKind(row.kind), address, secret, row.language)
