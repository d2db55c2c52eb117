"""Containers that are killed, frozen, cut off and short of disk, for as long as that takes."""

from __future__ import annotations

import random
import subprocess
import time

import pytest

from devservers.errors import ServerUnavailable
from tests.containers.stack import Stack
from tests.containers.steps import assert_all_complete, bytes_flow, collect
from tests.e2e.shelf import Shelf
from tests.sites.faults import RequestKind

pytestmark = pytest.mark.full

KILLED = ("downloader", "metadata", "scraper", "api", "rabbitmq", "postgres")


def pass_time(stack: Stack, seconds: float) -> None:
    """Return when a fault has lasted for a while."""
    end = time.monotonic() + seconds
    stack.wait_until(lambda: time.monotonic() >= end, seconds + 30, "the time has passed", every=0.5)


class TestTwoMinutesOfKilledContainers:
    def test_complete_everything_fetch_hardly_a_byte_again_and_nothing_twice(self, stack: Stack) -> None:
        stack.up(downloaders=2)
        books = collect(stack, 20, seconds=120.0)
        bytes_flow(stack)
        end = time.monotonic() + 120
        victims: list[str] = []
        # Each once at least, however long a busy machine takes for that; then whichever comes.
        while time.monotonic() < end or len(victims) < len(KILLED):
            victims.append(KILLED[len(victims)] if len(victims) < len(KILLED) else random.choice(KILLED))
            stack.kill(victims[-1])
            pass_time(stack, 3)
        assert set(victims) == set(KILLED)
        assert_all_complete(stack, books, within=600, more_bytes=0.05)


class TestAFrozenDownloader:
    def test_for_forty_seconds_loses_its_work_to_another_and_harms_nothing(self, stack: Stack) -> None:
        stack.up(downloaders=2)
        books = collect(stack, 8, seconds=60.0)
        bytes_flow(stack)
        frozen = stack.busiest("downloader")
        stack.engine.run("pause", frozen)
        pass_time(stack, 40)
        stack.engine.run("unpause", frozen)
        stack.wait_for_workers()
        stack.wait_until_settled(len(books), within=240)
        assert {item["status"] for item in stack.api.items()} == {"completed"}
        Shelf(stack.library).assert_sound(books)
        assert Shelf(stack.library).unfinished() == []


class TestADownloaderWhoseNetworkIsCut:
    def test_stops_and_goes_on_once_it_is_back(self, stack: Stack) -> None:
        books = collect(stack, 6, seconds=60.0)
        bytes_flow(stack)
        cut = stack.container("downloader")
        stack.engine.run("network", "disconnect", stack.network, cut)
        stack.wait_until(lambda: stack.threads() == 0, 60, "the downloader is missed")
        stack.engine.run("network", "connect", stack.network, cut)
        stack.wait_until(lambda: stack.threads() == 3, 60, "the downloader is back")
        stack.wait_until_settled(len(books), within=240)
        assert {item["status"] for item in stack.api.items()} == {"completed"}
        Shelf(stack.library).assert_sound(books)
        assert [exchange for exchange in stack.origin.exchanges(RequestKind.MEDIA) if exchange.range]


class TestAFullDisk:
    def test_is_waited_for_and_the_root_of_containers_cannot_be_written(self, small_stack: Stack) -> None:
        stack = small_stack
        for service in ("api", "scraper", "metadata", "downloader"):
            with pytest.raises(ServerUnavailable, match="Read-only file system"):
                stack.engine.run("exec", "--user", "root", stack.container(service), "touch", "/app/file")
        books = collect(stack, 4, seconds=600.0, rate=2_000_000.0)
        stack.wait_until(
            lambda: any("free space" in str(item["wait_reason"]) for item in stack.api.items()), 90, "the disk is full"
        )
        subprocess.run(["mount", "-o", "remount,size=200m", str(stack.library)], check=True)
        # Those that would not have fitted were held, and go on by themselves.
        stack.wait_until(
            lambda: all(item["status"] == "completed" for item in stack.api.items()), 180, "all are complete"
        )
        assert {item["attempts"] for item in stack.api.items()} == {1}
        Shelf(stack.library).assert_sound(books)
