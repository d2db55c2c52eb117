"""Progress for people: bars on a terminal, a few plain lines anywhere else."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Protocol, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.progress import TransferSpeedColumn as SpeedColumn
from rich.text import Text

from ohdio.collection import Look

_SECONDS_BETWEEN_LINES = 5.0
_TITLE = 40  # characters


class Display(Protocol):
    """Shows looks, one after another."""

    def show(self, look: Look) -> None:
        """Show how far it is now."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def make_display(console: Console) -> Display:
    """Choose what suits the console."""
    return Bars(console) if console.is_terminal else Lines(console)


def title_of(item: dict[str, Any]) -> str:
    """What to call a book; its link until its title is known."""
    return str(item["audiobook"]["title"] or item["audiobook"]["url"])


def scan_line(scan: dict[str, Any]) -> str:
    """Say in one line how far a scan is."""
    name = scan["title"] or scan["url"]
    found = "1 book" if scan["found"] == 1 else f"{scan['found']} books"
    if scan["status"] == "scraping":
        waits = f"; waiting: {scan['wait_reason']}" if scan["wait_reason"] else ""
        return f"Scanning {name}: {found} so far{waits}"
    known = f", {scan['known']} known already" if scan["known"] else ""
    end = f" The scan ended early: {scan['error'] or scan['status']}" if scan["status"] != "completed" else ""
    return f"Found {found} in {name}{known}.{end}"


def waiting_line(look: Look) -> str | None:
    """Say why nothing runs; None while something does, or nothing waits."""
    following = look.books["next"]
    if look.books["processing"] or following is None:
        return None
    return f"{title_of(following)} is waiting: {following['wait_reason'] or 'its turn has not come yet'}"


class Bars:
    """A bar for each book that is being downloaded, and one for all of them."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn(f"{{task.description:<{_TITLE}}}"), BarColumn(bar_width=24))
        self._all = Progress(*columns, MofNCompleteColumn(), console=console)
        self._running = Progress(SpinnerColumn(), *columns, DownloadColumn(), SpeedColumn(), console=console)
        self._total = self._all.add_task("Books", total=None)
        self._tasks: dict[int, TaskID] = {}
        self._live = Live(console=console, transient=True, refresh_per_second=8)

    def show(self, look: Look) -> None:
        """Show how far it is now."""
        self._all.update(self._total, total=look.books["total"] or None, completed=look.ended)
        running = {item["id"]: item for item in look.books["running"]}
        for item_id in self._tasks.keys() - running.keys():
            self._running.remove_task(self._tasks.pop(item_id))
        for item_id, item in running.items():
            if item_id not in self._tasks:
                self._tasks[item_id] = self._running.add_task(_shortened(title_of(item)), total=None)
            self._running.update(self._tasks[item_id], completed=item["bytes_done"], total=item["bytes_total"])
        lines = [Text(scan_line(scan)) for scan in look.scans]
        if (waiting := waiting_line(look)) is not None:
            lines.append(Text(waiting))
        self._live.update(Group(*lines, self._all, self._running))

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()


class Lines:
    """A line when something has changed, a few a minute at most."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said: set[str] = set()
        self._counts: tuple[int, ...] = ()
        self._said_at = 0.0

    def show(self, look: Look) -> None:
        """Say how far it is, if there is news."""
        for scan in look.scans:
            if scan["status"] != "scraping":
                self._say_once(scan_line(scan))
        books = look.books
        counts = (books["completed"], books["failed"])
        if counts == self._counts or not books["total"]:
            return
        if time.monotonic() - self._said_at < _SECONDS_BETWEEN_LINES and not look.is_over:
            return
        self._counts, self._said_at = counts, time.monotonic()
        failed = f", {books['failed']} failed" if books["failed"] else ""
        self._say(f"{books['completed']} of {books['total']} books are complete{failed}.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def _say_once(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            self._say(line)

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


def _shortened(title: str) -> str:
    return title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"
