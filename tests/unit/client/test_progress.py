from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from ohdio_client.collection import CollectionState
from ohdio_client.progress import Bars, Lines, make_display, scan_line, status_line, waiting_line
from ohdio_client.rate import TransferRate
from ohdio_core.schemas.scrapes import ScrapeView
from tests.fixtures.views import item_view, progress_view, scan_view


def state(*scans: ScrapeView, **changes: Any) -> CollectionState:
    return CollectionState(scans, progress_view(**{"total": 3, **changes}))


class TestScanLine:
    @pytest.mark.parametrize(
        ("changes", "line"),
        [
            ({}, "Found 3 books in Contes."),
            ({"known": 2}, "Found 3 books in Contes, 2 known already."),
            (
                {"known": 1, "unwanted": 2},
                "Found 3 books in Contes, 1 known already; 2 unwanted, `--again` brings them.",
            ),
            ({"unwanted": 1}, "Found 3 books in Contes; 1 unwanted, `--again` brings it."),
            ({"found": 1, "title": None}, "Found 1 book in https://stories.example/contes."),
            ({"status": "scraping"}, "Scanning Contes: 3 books so far"),
            (
                {"status": "scraping", "wait_reason": "the site asked us to wait"},
                "Scanning Contes: 3 books so far; waiting: the site asked us to wait",
            ),
            ({"status": "failed", "error": "Gone."}, "Found 3 books in Contes. The scan ended early: Gone."),
            ({"status": "cancelled"}, "Found 3 books in Contes. The scan ended early: cancelled"),
            ({"status": "failed", "error": "Gone.", "found": 0}, "The scan of Contes failed: Gone."),
            ({"status": "cancelled", "found": 0}, "The scan of Contes was cancelled."),
        ],
    )
    def test_says_how_far_it_is(self, changes: dict[str, Any], line: str) -> None:
        assert scan_line(scan_view(**changes)) == line


class TestWaitingLine:
    def test_says_why_nothing_runs(self) -> None:
        waiting = state(queued=1, next=item_view(1, wait_reason="all downloads are paused"))
        assert waiting_line(waiting) == "Livre 1 is waiting: all downloads are paused"

    def test_says_nothing_while_something_runs(self) -> None:
        assert waiting_line(state(queued=1, processing=1, next=item_view(1), running=[item_view(2)])) is None


class TestEnd:
    @pytest.mark.parametrize(
        ("seen", "is_over"),
        [
            (state(scan_view(), completed=2, failed=1), True),
            (state(scan_view(status="scraping"), completed=3), False),
            (state(scan_view(), completed=2, queued=1), False),
            (state(scan_view(), completed=2, processing=1), False),
            (state(scan_view(), completed=2, paused=1), True),
        ],
    )
    def test_is_when_nothing_more_happens_by_itself(self, seen: CollectionState, *, is_over: bool) -> None:
        assert seen.is_over is is_over


class TestLines:
    def test_are_said_when_there_is_news_and_at_the_end(self) -> None:
        console = Console(file=io.StringIO(), width=200)
        display = make_display(console)
        assert isinstance(display, Lines)

        with display:
            display.show(state(scan_view(status="scraping"), queued=3))
            display.show(state(scan_view(), queued=3))
            display.show(state(scan_view(), queued=3))
            display.show(state(scan_view(), queued=2, completed=1))
            display.show(
                state(scan_view(), scan_view(status="failed", error="It is told at the end."), completed=2, failed=1)
            )

        assert written(console) == [
            "Books: 0 of 3 complete.",
            "Found 3 books in Contes.",
            "Books: 2 of 3 complete, 1 failed.",
        ]


class TestLinesOfWaits:
    @pytest.fixture
    def now(self) -> list[float]:
        """The time that the display is told."""
        return [100.0]

    @pytest.fixture
    def console(self) -> Console:
        return Console(file=io.StringIO(), width=200)

    @pytest.fixture
    def display(self, console: Console, now: list[float]) -> Lines:
        lines = Lines(console, lambda: now[0])
        lines.show(state(queued=2))
        return lines

    def test_tell_each_reason_once_and_when_it_goes_on(
        self, console: Console, display: Lines, now: list[float]
    ) -> None:
        full = state(queued=2, next=item_view(1, wait_reason="12 MB are free."))
        attempt = state(processing=1, queued=1, next=item_view(2), running=[item_view(1)])
        running = state(processing=1, queued=1, next=item_view(2), running=[item_view(1, bytes_per_second=50.0)])
        gone = state(queued=2, next=item_view(1, wait_reason="The library is gone."))
        still_full = state(queued=2, next=item_view(1, wait_reason="11 MB are free."))
        for seen in (full, full, attempt, still_full, gone, running, running, full):
            now[0] += 10
            display.show(seen)

        assert written(console)[1:] == [
            "Livre 1 is waiting: 12 MB are free.",
            "Livre 1 is waiting: The library is gone.",
            "It goes on.",
            "Livre 1 is waiting: 12 MB are free.",
        ]

    def test_tell_why_a_scan_waits(self, console: Console, display: Lines, now: list[float]) -> None:
        now[0] += 10
        display.show(state(scan_view(status="scraping", found=0, wait_reason="the name is unknown")))
        assert written(console)[1:] == ["Scanning Contes: 0 books so far; waiting: the name is unknown"]

    def test_leave_out_a_short_wait(self, console: Console, display: Lines, now: list[float]) -> None:
        now[0] += 2
        display.show(state(queued=2, next=item_view(1, wait_reason="its description is being read")))
        assert written(console)[1:] == []


class TestState:
    def test_tells_what_is_done_apart_from_what_failed_and_how_long_it_will_take(self) -> None:
        running = [item_view(1, bytes_per_second=500.0)]
        seen = state(scan_view(), total=9, completed=3, failed=2, paused=1, queued=2, processing=1, running=running)
        rate = TransferRate()
        rate.update(seen)

        assert status_line(seen, rate) == "3 of 9 complete, 2 failed, 1 paused, 500 bytes/s, 11 s left"

    def test_is_short_when_there_is_little_to_tell(self) -> None:
        assert status_line(state(completed=3), TransferRate()) == "3 of 3 complete"


class TestBars:
    @pytest.mark.parametrize("width", [60, 80, 200])
    def test_show_each_book_that_runs_and_all_of_them_a_line_each(self, width: int) -> None:
        console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
        display = make_display(console)
        assert isinstance(display, Bars)
        running = [item_view(1, bytes_per_second=250.0), item_view(2, "Un titre [sans fin] " * 20, bytes_total=None)]

        with display:
            display.show(state(scan_view(title="Contes " * 40), processing=2, completed=1, failed=1, running=running))
            display._live.refresh()
            *_, scanned, total, first, second = written(console)

        assert "Found 3 books in Contes" in scanned
        assert "1 of 3 complete, 1 failed, 250 bytes/s" in total
        assert "Livre 1" in first
        assert "0.5/2.0 kB" in first
        assert "250 bytes/s" in first
        assert "Un titre" in second

    def test_what_waits_is_told_to_its_end_on_a_narrow_terminal(self) -> None:
        console = Console(file=io.StringIO(), width=60, force_terminal=True, color_system=None)
        display = Bars(console)
        reason = "Not enough free space in /srv/livres: 4000 MB are needed, and there are 1200 MB"

        with display:
            display.show(
                state(scan_view(status="scraping", wait_reason=reason), queued=1, next=item_view(1, wait_reason=reason))
            )
            display._live.refresh()
            shown = " ".join(line.strip() for line in written(console))

        assert f"Scanning Contes: 3 books so far; waiting: {reason} Livre 1 is waiting: {reason} Books" in shown

    def test_the_bar_of_all_is_full_of_complete_books_only(self) -> None:
        display = Bars(Console(file=io.StringIO(), width=80, force_terminal=True))
        display.show(state(scan_view(), total=4, completed=1, failed=2, queued=1))

        (total,) = display._all.tasks
        assert (total.completed, total.total) == (1, 4)


def written(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()
