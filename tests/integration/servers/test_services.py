"""Services as processes of their own, as `make services` runs them."""

from __future__ import annotations

import os
import signal
from datetime import timedelta

import psycopg
import pytest

from devservers.services import Service
from tests.fixtures.workers import wait_until


def scrapers(database_url: str) -> set[int]:
    """The process ids of the scrapers that have announced themselves."""
    with psycopg.connect(database_url) as connection:
        return {pid for (pid,) in connection.execute("SELECT pid FROM workers WHERE service = 'scraper'")}


def test_a_worker_that_died_is_started_again(
    database_url: str, vhost_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devservers.services._BETWEEN_STARTS", timedelta(0))
    said: list[str] = []
    service = Service("scraper", {**os.environ, "DATABASE_URL": database_url, "RABBITMQ_URL": vhost_url}, said.append)
    try:
        wait_until(lambda: len(scrapers(database_url)) == 1, 30, "the scraper is there")
        (first,) = scrapers(database_url)
        os.kill(first, signal.SIGKILL)
        wait_until(service.has_ended, 10, "it has died")

        service.revive()

        wait_until(lambda: bool(scrapers(database_url) - {first}), 30, "another one is there")
        assert any("started again" in line for line in said)
    finally:
        service.ask_to_end()
        service.end()
