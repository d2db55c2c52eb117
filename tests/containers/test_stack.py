"""The main job on the checked-in stack: paste a category, get every book, whatever is scaled or stopped meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from devservers.containers.images import SERVICES
from tests.containers.stack import PATIENCE, Stack
from tests.containers.steps import RATE, assert_all_complete, bytes_flow, collect, complaint
from tests.fixtures.effort import Pace
from tests.sites.faults import RequestKind


class TestAStack:
    def test_without_any_settings_collects_a_category(self, stack: Stack) -> None:
        books = collect(stack, 12, rate=RATE * 4)
        assert_all_complete(stack, books, within=60)
        assert stack.origin.peak() == 3
        # Docker made the folder as root.
        assert {path.stat().st_uid for path in stack.library.rglob("*")} == {1000}

    def test_has_services_that_work_within_three_seconds_of_their_start(self, stack: Stack) -> None:
        for service in SERVICES:
            assert quickest_start(stack, service) <= 3.0, service

    def test_has_health_checks_that_ask_whether_it_can_work(self, stack: Stack) -> None:
        containers = [stack.container(service) for service in SERVICES]
        assert [complaint(stack.engine, each) for each in containers] == [""] * 4
        with no_database(stack):
            gateway, *workers = [complaint(stack.engine, each) for each in containers]
        assert "The API is not ready" in gateway
        assert ["The database does not answer" in each for each in workers] == [True] * 3, workers
        stack.wait_until(
            lambda: not any(complaint(stack.engine, each) for each in containers), PATIENCE, "all is well", every=0.5
        )


@contextmanager
def no_database(stack: Stack) -> Iterator[None]:
    """Keep everybody out of the stack's database while the block runs."""
    psql = ("exec", "-T", "postgres", "psql", "-U", "ohdio", "-d", "postgres", "-qc")
    stack.compose(*psql, "ALTER DATABASE ohdio ALLOW_CONNECTIONS false")
    try:
        stack.compose(*psql, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'ohdio'")
        yield
    finally:
        stack.compose(*psql, "ALTER DATABASE ohdio ALLOW_CONNECTIONS true")


def quickest_start(stack: Stack, service: str) -> float:
    """Return the best of up to five starts, in seconds of a quiet machine: neighbours only ever slow one."""
    best = float("inf")
    for _ in range(5):
        before = stack.starts(service)
        with Pace() as pace:
            stack.engine.run("restart", stack.container(service))
            stack.wait_until(lambda: stack.starts(service) > before, 30, f"{service} starts", every=0.2)  # noqa: B023
        best = min(best, stack.seconds_to_start(service) / pace.stretched(1.0))
        if best <= 3.0:
            break
    return best


class TestTheContainerOfTheGateway:
    def test_has_the_commands_that_look_after_the_stack_and_asks_for_no_token(self, stack: Stack) -> None:
        assert stack.compose("exec", "-T", "api", "ohdio", "queue").splitlines()[-1] == "0 books."
        status = stack.compose("exec", "-T", "api", "ohdio", "status")
        assert "ohdio 0.1.0 runs at http://127.0.0.1:8000." in status
        assert "1 downloader, 1 follower, 1 metadata, 1 scraper" in status
        version = stack.compose("exec", "-T", "api", "ohdio", "--version")
        assert "docker compose up -d" in version
        assert version.splitlines()[-1] == "The ohdio that runs at http://127.0.0.1:8000: 0.1.0"


class TestAStoppedStack:
    def test_ends_by_itself_within_ten_seconds_and_goes_on_by_range(self, stack: Stack) -> None:
        books = collect(stack, 4, seconds=50.0)
        bytes_flow(stack)
        with Pace() as pace:
            ended_after = stack.stop()
        assert stack.exit_codes() == dict.fromkeys(ended_after, 0), ended_after
        assert max(ended_after.values()) <= pace.stretched(10.0), ended_after
        stack.up()
        assert_all_complete(stack, books, within=90, more_bytes=0.02)
        assert [exchange for exchange in stack.origin.exchanges(RequestKind.MEDIA) if exchange.range]


class TestContainersThatAreKilled:
    def test_each_kind_once_cost_hardly_a_byte(self, stack: Stack) -> None:
        books = collect(stack, 6, seconds=60.0)
        stack.origin.wait_for_in_flight(3)
        for service in ("downloader", "postgres", "rabbitmq"):
            stack.kill(service)
        assert_all_complete(stack, books, within=180, more_bytes=0.05)
