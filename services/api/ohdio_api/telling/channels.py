"""Who is told: added, shown without secrets, tried and removed by people."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Row

from ohdio_api.problems import Refusal
from ohdio_api.telling.kept import destination_of
from ohdio_api.telling.message import Told
from ohdio_api.telling.sending import Undelivered, send_message
from ohdio_core.collection.acts import note
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database
from ohdio_core.domain.act import Act
from ohdio_core.domain.telling import PLAYERS, ChannelKind, TellingEvent
from ohdio_core.errors import NeedsPerson
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.schemas.telling import ChannelOrder, ChannelView, DeliveryView, MadeChannel, TestOutcome
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.vault import Vault

_SQL = NamedSql(__name__)
_ADD = _SQL.statement("add")
_LIST = _SQL.statement("list_channels")
_REMOVE = _SQL.statement("remove")
_LIST_DELIVERIES = _SQL.statement("list_deliveries")
_RETRY = _SQL.statement("retry")

_MOST_DELIVERIES = 50
_SECRET_BYTES = 24
_HIDDEN = "…"
_PREFIX = "whsec_"  # standardwebhooks.com

_NO_ADDRESS = sentence(
    "channel.no_address", "The address cannot be used: that of a webhook or player begins with `http://` or `https://`."
)
_NO_APPRISE_ADDRESS = sentence(
    "channel.no_apprise_address",
    "The address cannot be used: one of Apprise begins with a service, as in `ntfy://ntfy.example/books`.",
)


class ChannelService:
    """Everything that changes channels.

    Args:
        wake: Has what is to be sent looked at now.
    """

    def __init__(self, database: Database, vault: Vault, wake: Callable[[], None]) -> None:
        self.database = database
        self._vault = vault
        self._wake = wake

    def all(self) -> list[ChannelView]:
        """Return every channel, the first one first."""
        with self.database.statement() as work:
            rows = work.execute(_LIST, {"id": None}).all()
        return [self._view(row) for row in rows]

    def add(self, order: ChannelOrder) -> MadeChannel:
        """Add a channel, and return it; of a webhook with its secret, this once.

        Raises:
            Refusal: Its address cannot be one, or cannot be encrypted with the key that there is.
        """
        _require_address(order)
        secret = None if order.token is None else order.token.get_secret_value()
        if order.kind is ChannelKind.WEBHOOK:
            secret = _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
        of_kind = [TellingEvent.COMPLETED] if order.kind in PLAYERS else list(TellingEvent)
        events = of_kind if order.events is None else list(dict.fromkeys(order.events))
        try:
            address = self._vault.seal_column(order.address)
            sealed = None if secret is None else self._vault.seal_column(secret)
        except NeedsPerson as error:
            raise Refusal(HTTPStatus.CONFLICT, error.sentence) from None
        with self.database.unit_of_work() as work:
            number = work.execute(
                _ADD,
                {
                    "kind": order.kind,
                    "address": address,
                    "secret": sealed,
                    "events": [each.value for each in events],
                    "language": order.language,
                },
            ).scalar_one()
            note(work, Act.CHANNEL_ADDED, order.kind.value)
        self._wake()
        made = self._view(self._row(number))
        return MadeChannel(**dict(made), secret=secret if order.kind is ChannelKind.WEBHOOK else None)

    def remove(self, channel_id: int) -> None:
        """Remove a channel, with what is on its way to it.

        Raises:
            Refusal: There is none.
        """
        with self.database.unit_of_work() as work:
            kind = work.execute(_REMOVE, {"id": channel_id}).scalar()
            if kind is None:
                raise _none_such(channel_id)
            note(work, Act.CHANNEL_REMOVED, kind)

    def test(self, channel_id: int) -> TestOutcome:
        """Send a test now, and return what became of it.

        Raises:
            Refusal: There is no such channel.
        """
        row = self._row(channel_id)
        try:
            send_message(destination_of(row, self._vault), secrets.token_hex(16), [Told.test()])
        except Undelivered as error:
            said = error.sentence
            return TestOutcome(is_delivered=False, error=said.text, error_message=SentenceView.of(said))
        return TestOutcome(is_delivered=True, error=None, error_message=None)

    def deliveries(self, channel_id: int) -> list[DeliveryView]:
        """Return the newest messages to a channel, the last one first.

        Raises:
            Refusal: There is none.
        """
        self._row(channel_id)
        return self.last_messages([channel_id])[channel_id]

    def last_messages(self, ids: Sequence[int], most: int = _MOST_DELIVERIES) -> dict[int, list[DeliveryView]]:
        """Return the newest messages to each of these channels; to one that is gone, none."""
        with self.database.statement() as work:
            rows = work.execute(_LIST_DELIVERIES, {"ids": list(ids), "most": most}).all()
        messages: dict[int, list[DeliveryView]] = {channel_id: [] for channel_id in ids}
        for row in rows:
            fields = row._asdict() | {"error_message": SentenceView.stored(row.error, row.error_message)}
            messages[fields.pop("channel_id")].append(DeliveryView(**fields))
        return messages

    def retry(self, channel_id: int) -> int:
        """Try what has not arrived again now, also what was given up; return how many messages.

        Raises:
            Refusal: There is no such channel.
        """
        self._row(channel_id)
        with self.database.unit_of_work() as work:
            count = len(work.execute(_RETRY, {"id": channel_id}).all())
        self._wake()
        return count

    def _view(self, row: Row[Any]) -> ChannelView:
        fields = row._asdict()
        del fields["secret"]
        kind = ChannelKind(row.kind)
        try:
            address, error = shown_address(kind, destination_of(row, self._vault).address), row.error
            message = SentenceView.stored(row.error, row.error_message)
        except Undelivered as undelivered:
            said = undelivered.sentence
            address, error, message = _HIDDEN, said.text, SentenceView.of(said)
        return ChannelView(**fields | {"kind": kind, "address": address, "error": error, "error_message": message})

    def _row(self, channel_id: int) -> Row[Any]:
        with self.database.statement() as work:
            row = work.execute(_LIST, {"id": channel_id}).one_or_none()
        if row is None:
            raise _none_such(channel_id)
        return row


def shown_address(kind: ChannelKind, address: str) -> str:
    """Return as much of an address as is no secret: of Apprise's the service alone, as the host may be a token."""
    if kind is ChannelKind.APPRISE:
        return f"{address.partition('://')[0]}://…"
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/…"


def _require_address(order: ChannelOrder) -> None:
    said: Sentence | None = None
    if order.kind is ChannelKind.APPRISE:
        scheme, mark, rest = order.address.partition("://")
        said = None if mark and rest and scheme.isascii() and scheme.isalnum() else _NO_APPRISE_ADDRESS
    else:
        try:
            parts = urlsplit(order.address)
            is_one = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_one = False
        said = None if is_one else _NO_ADDRESS
    if said is not None:
        raise Refusal(HTTPStatus.CONFLICT, said)


def _none_such(channel_id: int) -> Refusal:
    return Refusal(
        HTTPStatus.NOT_FOUND,
        sentence("channel.none", "There is no channel {id}; it may have been removed.", id=channel_id),
    )
