"""Sends what channels are to be told: gathered, outside quiet hours, again and again until it has arrived.

Any number of gateways may do so: what one takes, the others leave.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from ohdio_api.telling.kept import destination_of
from ohdio_api.telling.message import Told
from ohdio_api.telling.quiet import QuietHours
from ohdio_api.telling.sending import Undelivered, send_message
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database
from ohdio_core.domain.telling import PLAYERS, ChannelKind
from ohdio_core.sentences import json_of
from ohdio_core.vault import Vault

log = structlog.get_logger(__name__)

_SQL = NamedSql(__name__)
_FIND_GATHERING = _SQL.statement("find_gathering")
_GATHER = _SQL.statement("gather")
_CLAIM = _SQL.statement("claim")
_NOTE_DELIVERED = _SQL.statement("note_delivered")
_NOTE_FAILED = _SQL.statement("note_failed")
_POSTPONE = _SQL.statement("postpone")
_FORGET = _SQL.statement("forget")

_LOOKS_EVERY = 2.0  # seconds
_LOOKS_SELDOM = 20.0  # seconds, while nobody is to be told
_FORGETS_EVERY = 3_600.0  # seconds
_MOST_GATHERED = 500  # notices in one message
_MOST_AT_ONCE = 50  # messages, before what has come meanwhile is gathered
_LEASE = 120.0  # seconds
_FIRST_WAIT, _LONGEST_WAIT = 10.0, 6 * 3_600.0  # seconds
_MOST_ATTEMPTS = 40  # more than a week
#: A player looks at its library once for books that come one after the other.
_OF_PLAYERS = timedelta(seconds=20)


class Teller:
    """Tells those who are to be told.

    Args:
        digest: Returns how long notices for people are gathered.
        quiet: Returns the hours in which people are left alone.
        of_players: How long notices for players are gathered.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        digest: Callable[[], timedelta],
        quiet: Callable[[], QuietHours],
        *,
        of_players: timedelta = _OF_PLAYERS,
    ) -> None:
        self.database = database
        self._vault = vault
        self._digest = digest
        self._quiet = quiet
        self._of_players = of_players
        self._awake = threading.Event()
        self._is_ending = False
        self._forgets_at = 0.0
        self._thread = threading.Thread(target=self._loop, name="teller", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Look now."""
        self._awake.set()

    def end(self) -> None:
        """Send nothing more; what is being sent is not waited for long, and sent again under its key."""
        self._is_ending = True
        self._awake.set()
        self._thread.join(timeout=3)

    def step(self) -> bool:
        """Gather what waits, and send what is due; return whether anybody is to be told at all."""
        with self.database.statement() as work:
            channels = work.execute(_FIND_GATHERING).all()
        for channel in channels:
            if channel.first_at is not None and self._is_time(ChannelKind(channel.kind), channel.first_at):
                self._gather(channel)
        if channels:
            self._send_due()
        return bool(channels)

    def _is_time(self, kind: ChannelKind, first_at: datetime) -> bool:
        """Return whether what a channel is to be told is to be told now."""
        if kind is ChannelKind.WEBHOOK:
            return True
        waited = datetime.now(UTC) - first_at
        if kind in PLAYERS:
            return waited >= self._of_players
        return waited >= self._digest() and not self._is_quiet()

    def _is_quiet(self) -> bool:
        """Return whether people are left alone now, in the time zone of this process."""
        return self._quiet().has(datetime.now().astimezone().time())

    def _gather(self, channel: Row[Any]) -> None:
        is_one_each = channel.kind == ChannelKind.WEBHOOK
        with self.database.unit_of_work() as work:
            work.execute(_GATHER, {"id": channel.id, "most": _MOST_GATHERED, "is_one_each": is_one_each})

    def _send_due(self) -> None:
        for _ in range(_MOST_AT_ONCE):
            with self.database.statement() as work:
                claimed = work.execute(_CLAIM, {"lease": _LEASE, "is_quiet": self._is_quiet()}).one_or_none()
            if claimed is None or self._is_ending:
                return
            self._send(claimed)

    def _send(self, claimed: Row[Any]) -> None:
        try:
            destination = destination_of(claimed, self._vault)
            send_message(destination, str(claimed.key), [Told(**told) for told in claimed.body])
        except Undelivered as error:
            self._note_failed(claimed, error)
        else:
            with self.database.statement() as work:
                work.execute(_NOTE_DELIVERED, {"id": claimed.id})

    def _note_failed(self, claimed: Row[Any], error: Undelivered) -> None:
        attempts = max(1, claimed.attempts - claimed.attempts_before)
        is_last = attempts >= _MOST_ATTEMPTS
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** (attempts - 1)) * random.uniform(0.9, 1.1)
        said = {"id": claimed.id, "error": error.sentence.text, "message": json_of(error.sentence)}
        with self.database.unit_of_work() as work:
            work.execute(_NOTE_FAILED, {**said, "is_last": is_last, "wait": wait})
            work.execute(_POSTPONE, {"channel_id": claimed.channel_id, "id": claimed.id, "wait": wait})
        log.warning(
            "somebody could not be told",
            channel=claimed.channel_id,
            kind=claimed.kind,
            attempt=claimed.attempts,
            reason=error.sentence.text,
        )

    def _loop(self) -> None:
        is_anybody_told = False
        while True:
            self._awake.wait(_LOOKS_EVERY if is_anybody_told else _LOOKS_SELDOM)
            self._awake.clear()
            if self._is_ending:
                return
            try:
                is_anybody_told = self.step()
                self._forget()
            except SQLAlchemyError as error:
                log.warning("nobody is told without the database", error=str(error).splitlines()[0])
            except Exception:
                # A mistake of ours in one message keeps no other from being sent.
                log.exception("telling failed; it is tried again")

    def _forget(self) -> None:
        if time.monotonic() >= self._forgets_at:
            self._forgets_at = time.monotonic() + _FORGETS_EVERY
            with self.database.statement() as work:
                work.execute(_FORGET)
