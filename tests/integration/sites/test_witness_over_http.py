from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sites import hosts
from tests.sites.catalogue import SimBook, invent_category
from tests.sites.client import SimOrigin
from tests.sites.faults import RequestKind
from tests.sites.media import media_path

CATALOGUE = invent_category(8, seconds=30)
BOOKS = CATALOGUE.books


class Listener:
    """A client that asks for a book and reads as it is told."""

    def __init__(self, origin: SimOrigin, book: SimBook) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", origin.port, timeout=10)
        self.connection.request("GET", media_path(book, 0), headers={"Host": hosts.DOWNLOADS})

    def read(self) -> bytes:
        return self.connection.getresponse().read()

    def leave(self) -> None:
        self.connection.close()


@pytest.fixture(autouse=True)
def on_offer(origin: SimOrigin) -> None:
    origin.offer(CATALOGUE)


@pytest.fixture
def listeners(origin: SimOrigin) -> Iterator[list[Listener]]:
    """Three clients that wait for three books, held by the origin."""
    origin.hold()
    waiting = [Listener(origin, book) for book in BOOKS[:3]]
    origin.wait_for_in_flight(3)
    yield waiting
    for listener in waiting:
        listener.leave()
    origin.release()


def read(origin: SimOrigin, book: SimBook) -> bytes:
    listener = Listener(origin, book)
    try:
        return listener.read()
    finally:
        listener.leave()


@pytest.mark.usefixtures("listeners")
def test_held_books_are_in_flight(origin: SimOrigin) -> None:
    assert origin.in_flight() == {book.id for book in BOOKS[:3]}
    assert origin.peak() == 3


def test_a_released_book_goes_on_and_the_others_wait(origin: SimOrigin, listeners: list[Listener]) -> None:
    origin.release([BOOKS[1]])

    assert len(listeners[1].read()) == origin.stats().media_bytes
    assert origin.in_flight() == {BOOKS[0].id, BOOKS[2].id}


def test_a_client_that_leaves_is_no_longer_in_flight(origin: SimOrigin, listeners: list[Listener]) -> None:
    listeners[0].leave()

    origin.wait_for_in_flight(2)

    left = next(exchange for exchange in origin.exchanges() if exchange.book == BOOKS[0].id)
    assert not left.is_complete


def test_a_client_that_leaves_before_the_next_one_asks_never_counts_together_with_it(
    origin: SimOrigin, listeners: list[Listener]
) -> None:
    for book in BOOKS[3:]:
        listeners.pop(0).leave()
        listeners.append(Listener(origin, book))

    origin.wait_for_in_flight(3)
    assert origin.peak() == 3


def test_a_hold_within_the_file_sends_exactly_what_is_before_it(origin: SimOrigin) -> None:
    origin.hold([BOOKS[0]], after_bytes=12_345)
    with ThreadPoolExecutor(1) as pool:
        body = pool.submit(read, origin, BOOKS[0])
        deadline = time.monotonic() + 30
        while origin.stats().media_bytes < 12_345 and time.monotonic() < deadline:
            pass
        held = origin.stats()
        origin.release()

        assert (held.media_bytes, held.in_flight) == (12_345, 1)
        assert len(body.result()) == origin.stats().media_bytes > 12_345


def test_a_peak_of_parallel_clients_is_their_number_and_every_byte_is_counted(origin: SimOrigin) -> None:
    origin.hold(BOOKS, after_bytes=1)

    with ThreadPoolExecutor(4) as pool:
        reading = [pool.submit(read, origin, book) for book in BOOKS]
        origin.wait_for_in_flight(4)
        origin.release()
        sizes = [len(each.result()) for each in reading]

    stats = origin.stats()
    assert stats.peak == max(count for _, count in origin.timeline()) == 4
    assert stats.media_bytes == sum(sizes) == origin.weight()
    assert {book: record.bytes for book, record in stats.books.items()} == dict(
        zip((book.id for book in BOOKS), sizes, strict=True)
    )


def test_a_limited_rate_is_kept(origin: SimOrigin) -> None:
    origin.limit_rate(500_000)
    started = time.monotonic()

    size = len(read(origin, BOOKS[0]))

    assert time.monotonic() - started > size / 500_000 * 0.85


def test_the_catalogues_own_rate_holds_after_a_reset(origin: SimOrigin) -> None:
    origin.limit_rate(1)
    origin.reset()

    assert len(read(origin, BOOKS[0])) == origin.weight()


def test_nothing_flows_after_the_last_client_left(origin: SimOrigin) -> None:
    origin.limit_rate(100_000)
    listener = Listener(origin, BOOKS[0])
    origin.wait_for_in_flight(1)
    moment = time.monotonic()
    while not origin.media_bytes_since(moment):
        assert time.monotonic() < moment + 30

    listener.leave()
    origin.wait_for_in_flight(0)

    moment = time.monotonic()
    while time.monotonic() < moment + 0.2:  # as long as five pieces would take
        assert origin.media_bytes_since(moment) == 0


def test_each_request_is_written_down(origin: SimOrigin) -> None:
    before = time.monotonic()
    body = read(origin, BOOKS[0])
    after = time.monotonic()

    (seen,) = origin.exchanges(RequestKind.MEDIA)

    assert (seen.method, seen.host, seen.path) == ("GET", hosts.DOWNLOADS, media_path(BOOKS[0], 0))
    assert (seen.book, seen.part, seen.range) == (BOOKS[0].id, 0, None)
    assert (seen.status, seen.bytes, seen.is_complete) == (200, len(body), True)
    assert seen.first_byte_at is not None
    assert seen.last_byte_at is not None
    assert seen.ended_at is not None
    assert before < seen.started_at < seen.first_byte_at <= seen.last_byte_at <= seen.ended_at
    assert seen.started_at < after


def test_a_reset_forgets(origin: SimOrigin) -> None:
    read(origin, BOOKS[0])
    origin.reset()

    stats = origin.stats()
    assert (stats.requests, stats.bytes, stats.peak, stats.books, stats.paths) == (0, 0, 0, {}, {})


def test_a_thousand_small_requests_on_one_connection_are_all_counted(origin: SimOrigin) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", origin.port, timeout=10)
    for _ in range(1000):
        connection.request("GET", media_path(BOOKS[0], 0), headers={"Host": hosts.DOWNLOADS, "Range": "bytes=0-9"})
        connection.getresponse().read()
    connection.close()

    stats = origin.stats()
    assert (stats.media_requests, stats.media_bytes, stats.peak) == (1000, 10_000, 1)


def test_clients_may_ask_the_witness_from_several_threads(origin: SimOrigin) -> None:
    peaks: list[int] = []
    threads = [threading.Thread(target=lambda: peaks.append(origin.peak())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert peaks == [0] * 8
