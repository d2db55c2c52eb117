"""What is stored is known to every process within moments, also after its connection was lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from ohdio_core.db.follower import Follower
from ohdio_core.db.session import Database
from ohdio_core.live_settings import SETTINGS, SettingsNow, forget, read_stored, store
from ohdio_core.messaging.brokers import in_process_broker
from ohdio_core.process import Node
from ohdio_core.settings import HttpSettings
from ohdio_core.work.timing import Timing
from tests.fixtures.engine import Engine
from tests.fixtures.workers import wait_until


@pytest.fixture
def office(database_url: str) -> Iterator[Database]:
    """The database of another process, which announces what it changes."""
    node = Node(database_url, in_process_broker(), application="ohdio-office", timing=Timing())
    node.start()
    yield node.database
    node.end()


@pytest.fixture
def settings(engine: Engine) -> Iterator[SettingsNow[HttpSettings]]:
    settings = SettingsNow(HttpSettings.model_construct(page_interval=timedelta(seconds=0.5), user_agent=None))
    settings.given.model_fields_set.clear()
    follower = Follower(engine.url, SETTINGS, lambda: settings.take(read_stored(engine.database)))
    with engine.database.unit_of_work() as work:
        store(work, "page_interval", 3)
    follower.start()
    yield settings
    follower.end()


def change(office: Database, name: str, value: float | str) -> None:
    with office.unit_of_work() as work:
        store(work, name, value)


def test_what_is_stored_counts_from_the_start(settings: SettingsNow[HttpSettings]) -> None:
    assert settings.now.page_interval == timedelta(seconds=3)


def test_a_change_of_another_process_is_heard_and_so_is_a_return_to_the_default(
    settings: SettingsNow[HttpSettings], office: Database
) -> None:
    change(office, "user_agent", "Shelf/2")
    wait_until(lambda: settings.now.user_agent == "Shelf/2", 5, "the change is heard")
    with office.unit_of_work() as work:
        forget(work, "user_agent")
    wait_until(lambda: settings.now.user_agent is None, 5, "the default is back")


def test_a_change_during_an_outage_is_known_after_it(
    settings: SettingsNow[HttpSettings], office: Database, engine: Engine
) -> None:
    change(office, "page_interval", 4)
    wait_until(lambda: settings.now.page_interval == timedelta(seconds=4), 5, "the change is heard")
    with psycopg.connect(engine.url, autocommit=True) as connection:
        # Announced to nobody, and there before whoever listens is back.
        connection.execute("UPDATE settings SET value = '5' WHERE name = 'page_interval'")
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'ohdio-listener'"
        )
    wait_until(lambda: settings.now.page_interval == timedelta(seconds=5), 10, "what was missed is read")
