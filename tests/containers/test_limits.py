"""How many downloads run at once on the checked-in stack, however many containers there are."""

from __future__ import annotations

import time

from tests.containers.stack import Stack
from tests.containers.steps import RATE, assert_all_complete, collect


class TestMaxConcurrentDownloads:
    def test_of_one_and_of_five_are_as_many_threads_of_the_same_image(self, stack: Stack) -> None:
        for limit in (1, 5):
            stack.up(MAX_CONCURRENT_DOWNLOADS=str(limit))
            books = collect(stack, 6, rate=RATE * 2)
            assert_all_complete(stack, books, within=60)
            assert stack.origin.peak() == limit
            assert stack.threads() == limit
            stack.reset()


class TestThreeDownloaders:
    def test_never_exceed_the_limit_and_follow_it_when_it_is_raised(self, stack: Stack) -> None:
        stack.up(downloaders=3)
        books = collect(stack, 20, seconds=40.0)
        stack.origin.wait_for_in_flight(3)
        slow = throughput(stack)
        stack.api.set_limit(9)
        stack.origin.wait_for_in_flight(9)
        fast = throughput(stack)
        assert stack.threads() == 9
        assert_all_complete(stack, books, within=120)
        counts = [count for moment, count in stack.origin.timeline()]
        assert max(counts) == 9
        assert max(counts[: counts.index(4)]) == 3
        assert 2 * slow < fast < 4 * slow


def throughput(stack: Stack) -> float:
    """Return how many bytes a second the sites send, over three seconds."""
    since = time.monotonic()
    stack.wait_until(lambda: time.monotonic() >= since + 3, 10, "three seconds pass")
    return stack.origin.media_bytes_since(since) / (time.monotonic() - since)
