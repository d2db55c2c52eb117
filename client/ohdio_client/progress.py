"""Progress for people: bars on a terminal, a few plain lines anywhere else."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from rich.console import Console, Group
from rich.filesize import decimal
from rich.live import Live
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.table import Column
from rich.text import Text

from ohdio_client.collection import CollectionState
from ohdio_client.language import in_one_language, sentence_of
from ohdio_client.rate import TransferRate, duration
from ohdio_client.scan_said import scan_said
from ohdio_core.domain.queue import NOT_YET
from ohdio_core.schemas.scrapes import ScrapeStatus, ScrapeView
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_core.schemas.queue import QueueItemView, QueueProgress, QueueStats

_SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BEFORE_A_WAIT_IS_TOLD = 5.0
_NUMBER = re.compile(r"\d[\d,]*")
_BAR = 18  # characters
_WIDEST_TITLE = 40  # characters
_BESIDE_TITLE = 48  # characters: the bar, the sizes and the speed


class Display(Protocol):
    """Shows how far a collection is, at one moment after another."""

    def show(self, state: CollectionState) -> None:
        """Show how far it is now."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def make_display(console: Console) -> Display:
    """Choose what suits the console."""
    return Bars(console) if console.is_terminal else Lines(console)


def title_of(item: QueueItemView) -> str:
    """What to call a book; its link until its title is known."""
    return item.audiobook.title or item.audiobook.url


def scan_line(scan: ScrapeView) -> str:
    """Return in one line how far a scan is."""
    return in_one_language(scan_said(scan))


def waiting_line(state: CollectionState) -> str | None:
    """Return why nothing runs; None while something does, or nothing waits."""
    following = _first_waiting(state)
    if state.books.processing or following is None:
        return None
    return wait_line(following)


def wait_line(item: QueueItemView) -> str:
    """Return what a book waits for, in one line."""
    reason = sentence_of(item.wait_reason, item.wait_message)
    said = sentence(
        "book.waits",
        "{title} is waiting: {reason}",
        title=title_of(item),
        reason=reason or NOT_YET,
    )
    return in_one_language(said)


def _first_waiting(state: CollectionState) -> QueueItemView | None:
    return state.books.next or state.books.waiting


def counts_of(books: QueueProgress | QueueStats) -> str:
    """Return how many books there are, and what has become of them."""
    others = ((books.failed, "failed"), (books.paused, "paused"))
    parts = [f"{books.completed} of {books.total} complete", *(f"{count} {state}" for count, state in others if count)]
    return ", ".join(parts)


def status_line(state: CollectionState, rate: TransferRate) -> str:
    """Return in one line what has become of the books, how fast it goes and how long it will take."""
    parts = [counts_of(state.books)]
    if rate.bytes_per_second:
        parts.append(_speed(rate.bytes_per_second))
    if (seconds := rate.seconds_left) is not None:
        parts.append(f"{duration(seconds)} left")
    return ", ".join(parts)


class Bars:
    """A bar for each book that is being downloaded, and one for all of them."""

    def __init__(self, console: Console) -> None:
        width = max(min(console.width - _BESIDE_TITLE, _WIDEST_TITLE), 8)
        title = Column(width=width, no_wrap=True, overflow="ellipsis")
        self._all = Progress(
            TextColumn("Books"),
            BarColumn(bar_width=_BAR),
            TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")),
            console=console,
        )
        self._running = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False, table_column=title),
            BarColumn(bar_width=_BAR),
            DownloadColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[speed]}", markup=False, table_column=Column(no_wrap=True)),
            console=console,
        )
        self._rate = TransferRate()
        self._total = self._all.add_task("", total=None)
        self._tasks: dict[int, TaskID] = {}
        self._live = Live(console=console, transient=True, refresh_per_second=8)

    def show(self, state: CollectionState) -> None:
        """Show how far it is now."""
        self._rate.update(state)
        total, completed = state.books.total or None, state.books.completed
        self._all.update(self._total, total=total, completed=completed, description=status_line(state, self._rate))
        running = {item.id: item for item in state.books.running}
        for item_id in self._tasks.keys() - running.keys():
            self._running.remove_task(self._tasks.pop(item_id))
        for item_id, item in running.items():
            if item_id not in self._tasks:
                self._tasks[item_id] = self._running.add_task(title_of(item), total=None, speed="")
            self._running.update(
                self._tasks[item_id],
                completed=item.bytes_done,
                total=item.bytes_total,
                speed=_speed(item.bytes_per_second) if item.bytes_per_second else "",
            )
        lines = [_text(scan_line(scan), is_wait=scan.wait_reason is not None) for scan in state.scans]
        if (waiting := waiting_line(state)) is not None:
            lines.append(_text(waiting, is_wait=True))
        self._live.update(Group(*lines, self._all, self._running))

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()


class Lines:
    """A line when something has changed, a few a minute at most, and one for each new reason to wait.

    Args:
        clock: Tells the time in seconds.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._said: set[str] = set()
        self._waits: set[str] = set()  #: the reasons that were told since it moved last
        self._moved_at = clock()
        self._completed = 0
        self._counts: tuple[int, ...] = ()
        self._said_at = 0.0
        self._rate = TransferRate()

    def show(self, state: CollectionState) -> None:
        """Print how far it is, if there is news."""
        for scan in state.scans:
            # One that ended early is told with its reason at the very end.
            if scan.status is ScrapeStatus.COMPLETED:
                self._print_once(scan_line(scan))
        self._print_waits(state)
        self._rate.update(state)
        books = state.books
        counts = (books.completed, books.failed)
        if counts == self._counts or not books.total:
            return
        if self._clock() - self._said_at < _SECONDS_BETWEEN_LINES and not state.is_over:
            return
        self._counts, self._said_at = counts, self._clock()
        self._print(f"Books: {status_line(state, self._rate)}.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def _print_waits(self, state: CollectionState) -> None:
        """Print why nothing moves, once for each reason, and when it goes on."""
        # An attempt that is under way is no movement: it may wait again for what it waited for before.
        is_moving = any(item.bytes_per_second for item in state.books.running)
        if is_moving or state.books.completed > self._completed:
            self._moved_at, self._completed = self._clock(), state.books.completed
            if self._waits:
                self._waits.clear()
                self._print("It goes on.")
        if self._clock() - self._moved_at < _SECONDS_BEFORE_A_WAIT_IS_TOLD:
            return
        for reason, line in _waits_of(state):
            # "1200 MB are free" a minute later is no news.
            kind = _NUMBER.sub("", reason)
            if kind not in self._waits:
                self._waits.add(kind)
                self._print(line)

    def _print_once(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            self._print(line)

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


def _waits_of(state: CollectionState) -> Iterator[tuple[str, str]]:
    """Return the reasons to wait, each with its line."""
    for scan in state.scans:
        if scan.wait_reason:
            yield scan.wait_reason, scan_line(scan)
    if (line := waiting_line(state)) is not None and (first := _first_waiting(state)) is not None:
        yield first.wait_reason or "", line


def _text(line: str, *, is_wait: bool) -> Text:
    """Fit a line into the terminal; what says why something waits can be read to its end."""
    return Text(line, overflow="fold") if is_wait else Text(line, no_wrap=True, overflow="ellipsis")


def _speed(bytes_per_second: float) -> str:
    return f"{decimal(round(bytes_per_second))}/s"
