from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devservers.waiting import wait_until
from ohdio_core.db.notify import CHANNEL, Changes, Notifier, NotifyListener, decode, encode

SOON = timedelta(seconds=10)


class Watcher:
    """Whoever watches: remembers what it heard."""

    def __init__(self) -> None:
        self.heard: list[Changes] = []
        self.gaps = 0

    def on_changes(self, changes: Changes) -> None:
        self.heard.append(changes)

    def on_gap(self) -> None:
        self.gaps += 1

    def wait_for_gaps(self, count: int) -> None:
        wait_until(lambda: self.gaps >= count, SOON, lambda: f"{self.gaps} gaps were reported, not {count}.")

    def wait_for(self, topic: str, row_id: int) -> None:
        def is_heard() -> bool:
            return any(row_id in (changes.ids.get(topic) or ()) for changes in self.heard)

        wait_until(is_heard, SOON, lambda: f"{topic} {row_id} was not heard; heard: {self.heard}.")


@pytest.fixture
def watcher(database_url: str) -> Iterator[Watcher]:
    watcher = Watcher()
    listener = NotifyListener(database_url, watcher.on_changes, watcher.on_gap)
    listener.start()
    watcher.wait_for_gaps(1)
    yield watcher
    listener.end()


@pytest.fixture
def notifier(database_url: str) -> Iterator[Notifier]:
    notifier = Notifier(database_url)
    notifier.start()
    yield notifier
    notifier.end()


def cut(database_url: str, application: str) -> None:
    """End every connection of that name, and wait until they are gone."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = %s", (application,)
        ).fetchall()
    assert ended


class TestPayload:
    @given(
        st.sets(
            st.tuples(st.sampled_from(["queue_item", "audiobook", "scrape", "control"]), st.integers(1, 2**63 - 1)),
            min_size=1,
            max_size=320,
        )
    )
    def test_says_which_rows_changed_or_that_it_is_too_many_to_say(self, changes: set[tuple[str, int]]) -> None:
        decoded = decode(encode(changes))

        assert decoded.ids.keys() == {topic for topic, _ in changes}
        for topic, ids in decoded.ids.items():
            assert (ids is None) == (len(changes) > 300)
            assert ids is None or ids == {row_id for of, row_id in changes if of == topic}

    def test_stays_below_what_postgresql_carries_whatever_the_ids_are(self) -> None:
        most = {("queue_item", 2**63 - n) for n in range(1, 301)}

        assert len(encode(most)) < 8000
        assert len(encode(most | {("audiobook", n) for n in range(100_000)})) < 8000

    def test_holds_ids_and_nothing_else(self) -> None:
        assert json.loads(encode([("queue_item", 4), ("queue_item", 2)])) == {"queue_item": [2, 4]}


class TestNotifierAndListener:
    def test_a_change_is_heard(self, watcher: Watcher, notifier: Notifier) -> None:
        notifier.announce([("queue_item", 42)])

        watcher.wait_for("queue_item", 42)

    def test_many_changes_are_few_announcements(self, watcher: Watcher, notifier: Notifier) -> None:
        began = time.monotonic()
        for row_id in range(200):
            notifier.announce([("queue_item", row_id)])
        watcher.wait_for("queue_item", 199)
        half_seconds = (time.monotonic() - began) / 0.5

        assert len(watcher.heard) <= half_seconds + 2

    def test_the_last_changes_are_told_before_the_end(self, watcher: Watcher, database_url: str) -> None:
        notifier = Notifier(database_url)
        notifier.start()
        notifier.announce([("scrape", 1)])
        notifier.announce([("scrape", 2)])
        notifier.end()

        watcher.wait_for("scrape", 2)

    def test_a_listener_that_was_cut_off_reports_a_gap_and_hears_again(
        self, watcher: Watcher, notifier: Notifier, database_url: str
    ) -> None:
        cut(database_url, "ohdio-listener")

        watcher.wait_for_gaps(2)
        notifier.announce([("queue_item", 43)])
        watcher.wait_for("queue_item", 43)

    def test_a_notifier_that_was_cut_off_connects_again_and_says_what_it_could_not(
        self, watcher: Watcher, notifier: Notifier, database_url: str
    ) -> None:
        notifier.announce([("queue_item", 1)])
        watcher.wait_for("queue_item", 1)
        cut(database_url, "ohdio-notifier")

        notifier.announce([("queue_item", 2)])
        watcher.wait_for("queue_item", 2)

    def test_the_last_changes_are_told_though_the_connection_was_cut_off(
        self, watcher: Watcher, database_url: str
    ) -> None:
        notifier = Notifier(database_url)
        notifier.start()
        notifier.announce([("queue_item", 1)])
        watcher.wait_for("queue_item", 1)
        cut(database_url, "ohdio-notifier")
        notifier.announce([("queue_item", 2)])
        notifier.end()

        watcher.wait_for("queue_item", 2)

    def test_a_notifier_ends_though_nobody_takes_its_last_changes(self) -> None:
        notifier = Notifier("postgresql://nobody@127.0.0.1:9/nothing")
        notifier.start()
        notifier.announce([("queue_item", 1)])
        notifier.end()
        assert not notifier._thread.is_alive()

    def test_many_announcements_that_arrive_at_once_are_all_heard(self, watcher: Watcher, database_url: str) -> None:
        with psycopg.connect(database_url) as connection:
            for row_id in range(50):
                connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, encode([("queue_item", row_id)])))

        for row_id in range(50):
            watcher.wait_for("queue_item", row_id)
