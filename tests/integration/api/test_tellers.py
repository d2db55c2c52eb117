"""Whoever tells dies at any moment: nothing is lost, and what comes twice comes under the same id."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from ohdio_api.telling import teller as telling
from ohdio_api.telling.channels import ChannelService
from ohdio_api.telling.quiet import QuietHours
from ohdio_api.telling.sending import send_message
from ohdio_api.telling.teller import Teller
from ohdio_core.domain.telling import ChannelKind, TellingEvent
from ohdio_core.schemas.telling import ChannelOrder
from ohdio_core.vault import SecretKeys, Vault
from tests.fixtures.api import KEY
from tests.fixtures.engine import Engine
from tests.integration.sources.origin import Origin, Seen, scripted_origin

TITLES = {"The lamp", "The lighthouse", "The quay"}


class Died(BaseException):
    """Ends a teller as kill -9 does."""


@pytest.fixture
def receivers() -> Iterator[Origin]:
    """A program, people and a player, at one place."""
    with scripted_origin() as origin:
        for path in ("/program", "/people", "/player/Library/Refresh"):
            origin.answer(path)
        yield origin


@pytest.fixture
def tellers(engine: Engine, receivers: Origin) -> tuple[Teller, Teller]:
    """Of two gateways, which tell all three that books have failed; and books that have."""
    vault = Vault(engine.database, SecretKeys(KEY))
    channels = ChannelService(engine.database, vault, lambda: None)
    for kind, address in (
        (ChannelKind.WEBHOOK, f"{receivers.url}/program"),
        (ChannelKind.APPRISE, f"{receivers.url}/people".replace("http", "json")),
        (ChannelKind.JELLYFIN, f"{receivers.url}/player"),
    ):
        channels.add(ChannelOrder(kind=kind, address=address, token=None, events=[TellingEvent.FAILED], language="en"))
    for item in engine.titled(*TITLES):
        engine.execute("UPDATE queue_items SET status = 'failed', error = 'It is gone.' WHERE id = :id", id=item)
    first, second = (Teller(engine.database, vault, timedelta, QuietHours, of_players=timedelta()) for _ in range(2))
    return first, second


def seen_at(receivers: Origin, path: str) -> list[Seen]:
    return [seen for seen in receivers.requests if seen.path == path]


@pytest.mark.parametrize("is_sent", [False, True])
def test_that_dies_with_each_message_loses_nothing_and_doubles_nothing_but_under_its_id(
    engine: Engine, receivers: Origin, tellers: tuple[Teller, Teller], monkeypatch: pytest.MonkeyPatch, *, is_sent: bool
) -> None:
    teller, another = tellers

    def send_and_die(*message: Any) -> None:
        if is_sent:
            send_message(*message)
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(telling, "send_message", send_and_die)
        for _ in range(len(TITLES) + 2):
            with suppress(Died):
                teller.step()
    engine.execute("UPDATE deliveries SET next_attempt_at = now()")  # the leases of the dead have ended
    another.step()
    assert engine.value("SELECT count(*) FROM deliveries WHERE delivered_at IS NULL") == 0
    times = 2 if is_sent else 1
    hooks = seen_at(receivers, "/program")
    told = {seen.headers["webhook-id"]: seen.body for seen in hooks}
    assert sorted(json.loads(body)["data"]["title"] for body in told.values()) == sorted(TITLES)
    assert [told[seen.headers["webhook-id"]] for seen in hooks] == [seen.body for seen in hooks]
    assert len(hooks) == times * len(TITLES)
    messages = [json.loads(seen.body)["message"] for seen in seen_at(receivers, "/people")]
    assert len(messages) == times
    assert all(title in messages[0] for title in TITLES)
    assert len(set(messages)) == 1
    assert len(seen_at(receivers, "/player/Library/Refresh")) == times


def test_of_two_gateways_one_sends_each_message(receivers: Origin, tellers: tuple[Teller, Teller]) -> None:
    with ThreadPoolExecutor(2) as gateways:
        list(gateways.map(Teller.step, tellers))
    seen = Counter(seen.path for seen in receivers.requests)
    assert seen == {"/program": len(TITLES), "/people": 1, "/player/Library/Refresh": 1}
