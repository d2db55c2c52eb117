from __future__ import annotations

import time

from tests.sites.faults import RequestKind
from tests.sites.witness import Exchange, Witness


def begun(
    witness: Witness, book: int | None, *, is_gone: bool = False, kind: RequestKind = RequestKind.MEDIA
) -> Exchange:
    return witness.begin(
        method="GET",
        host="audio.example",
        target=f"/{book}?signed",
        kind=kind,
        book=book,
        part=0,
        range_header=None,
        is_peer_gone=lambda: is_gone,
    )


class TestPeak:
    def test_counts_books_in_flight_at_once(self) -> None:
        witness = Witness()
        first, second = begun(witness, 1), begun(witness, 2)
        witness.end(first, is_complete=True)
        witness.end(second, is_complete=True)
        witness.end(begun(witness, 3), is_complete=True)

        assert (witness.stats()["peak"], witness.stats()["in_flight"]) == (2, 0)

    def test_counts_two_requests_of_one_book_once(self) -> None:
        witness = Witness()
        first, _ = begun(witness, 1), begun(witness, 1)
        witness.end(first, is_complete=True)

        assert (witness.stats()["peak"], witness.stats()["in_flight"]) == (1, 1)

    def test_does_not_count_a_client_that_had_left_before(self) -> None:
        witness = Witness()
        left = begun(witness, 1, is_gone=True)
        begun(witness, 2)

        assert witness.stats()["peak"] == 1
        assert (left.ended_at is not None, left.is_complete) == (True, False)

    def test_ignores_pages(self) -> None:
        witness = Witness()
        begun(witness, 1, kind=RequestKind.PAGE)

        assert witness.stats()["peak"] == 0

    def test_is_the_highest_point_of_the_timeline(self) -> None:
        witness = Witness()
        exchanges = [begun(witness, book) for book in (1, 2, 3)]
        for exchange in exchanges:
            witness.end(exchange, is_complete=True)

        assert [count for _, count in witness.timeline()] == [1, 2, 3, 2, 1, 0]

    def test_an_end_that_comes_twice_is_one(self) -> None:
        witness = Witness()
        first, _ = begun(witness, 1), begun(witness, 2)
        witness.end(first, is_complete=True)
        witness.end(first, is_complete=False)

        assert witness.stats()["in_flight"] == 1
        assert first.is_complete


class TestBytes:
    def test_are_counted_by_book_by_path_and_in_total(self) -> None:
        witness = Witness()
        witness.sent(begun(witness, 1), 100)
        witness.sent(begun(witness, 1), 20)
        witness.sent(begun(witness, 2), 3)
        witness.sent(begun(witness, None, kind=RequestKind.FEED), 4)

        stats = witness.stats()

        assert (stats["bytes"], stats["media_bytes"]) == (127, 123)
        assert (stats["books"]["1"]["bytes"], stats["paths"]["/1"]["bytes"]) == (120, 120)

    def test_since_a_moment_leave_out_what_was_before_it(self) -> None:
        witness = Witness()
        exchange = begun(witness, 1)
        witness.sent(exchange, 100)
        deadline = time.monotonic() + 0.02
        while time.monotonic() < deadline:
            pass
        moment = time.monotonic()
        witness.sent(exchange, 7)

        assert witness.media_bytes_since(moment) == 7
        assert witness.media_bytes_since(0.0) == 107
        assert witness.media_bytes_since(time.monotonic()) == 0
