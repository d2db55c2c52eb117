"""What somebody asked for with some links, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ohdio.client import Client, LinksRefused

_MOVING = "scraping"


@dataclass(frozen=True, slots=True)
class Look:
    """How far it is at one moment."""

    scans: tuple[dict[str, Any], ...]  #: as the API shows them
    books: dict[str, Any]  #: the API's ``queue/progress``

    @property
    def is_over(self) -> bool:
        """Return whether nothing more will happen by itself."""
        return not self.is_scanning and not self.books["queued"] and not self.books["processing"]

    @property
    def is_stuck(self) -> bool:
        """Return whether all that is left waits until a person has mended something."""
        left = self.books["queued"] + self.books["processing"]
        return not self.is_scanning and 0 < left == self.books["needs_person"]

    @property
    def is_scanning(self) -> bool:
        """Return whether more books may be found."""
        return any(scan["status"] == _MOVING for scan in self.scans)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended."""

    complete: int
    fetched: int  #: of those that are complete: since they were asked for; the others were there already
    not_complete: tuple[dict[str, Any], ...]  #: items, as the API shows them
    failed_scans: tuple[dict[str, Any], ...]
    skipped: int  #: books that the filters did not want
    unwanted: int  #: books that were left out, as they had been removed before
    noted: tuple[dict[str, Any], ...] = ()  #: items that are complete, with a note on their books
    whole_scans: tuple[dict[str, Any], ...] = ()  #: those that came to their end

    @property
    def is_success(self) -> bool:
        """Return whether every book is in the library."""
        return not self.not_complete and not self.failed_scans


@dataclass(frozen=True, slots=True)
class Wish:
    """Links to collect."""

    urls: Sequence[str]  #: of categories, feeds and books
    wanted: Mapping[str, Any] = field(default_factory=dict)  #: what of them, as ``POST /submissions`` takes it


@dataclass(frozen=True, slots=True)
class Taken:
    """Links that an ohdio was given."""

    results: Sequence[dict[str, Any]]  #: what became of each, as ``POST /submissions`` answers
    since: datetime  #: they were given after it


def give(wish: Wish, add: Callable[[Sequence[str], Mapping[str, Any]], Sequence[dict[str, Any]]]) -> Taken:
    """Add links to an ohdio.

    Args:
        add: Adds links, and returns what became of each.
    """
    since = datetime.now(UTC)
    return Taken(add(wish.urls, wish.wanted), since)


class Collection:
    """Some links, followed to their end.

    Args:
        client: Of the ohdio that does the work.
        taken: Links of categories, feeds and books that it was given.

    Raises:
        LinksRefused: One of them cannot be collected.
        ApiError: The API refused.
        ApiUnreachable: It does not answer; so for every other call.
    """

    def __init__(self, client: Client, taken: Taken) -> None:
        self._client = client
        self._added_at = taken.since
        results = taken.results
        if refused := [result for result in results if result["state"] == "refused"]:
            raise LinksRefused(refused)
        self._scans = [result["id"] for result in results if result["kind"] == "category"]
        self._books = [result["id"] for result in results if result["kind"] == "audiobook"]
        self._is_retried = False

    def look(self) -> Look:
        """Read how far it is."""
        scans = tuple(self._client.get(f"scrapes/{scan}") for scan in self._scans)
        if not self._is_retried and all(scan["status"] != _MOVING for scan in scans):
            self._retry_earlier_failures()
        return Look(scans, self._client.get("queue/progress", **self._selection()))

    def outcome(self) -> Outcome:
        """Read how it ended; for when nothing more happens."""
        look = self.look()
        selection = self._selection()
        return Outcome(
            complete=look.books["completed"],
            fetched=sum(
                not self._was_before(item) for item in self._client.every("queue", status="completed", **selection)
            ),
            not_complete=tuple(
                item
                for status in ("failed", "paused", "queued", "processing")
                for item in self._client.every("queue", status=status, **selection)
            ),
            failed_scans=tuple(scan for scan in look.scans if scan["status"] != "completed"),
            whole_scans=tuple(scan for scan in look.scans if scan["status"] == "completed"),
            skipped=sum(scan["skipped"] for scan in look.scans),
            unwanted=sum(scan["unwanted"] for scan in look.scans),
            noted=tuple(self._client.every("queue", status="completed", is_noted="true", **selection)),
        )

    def _retry_earlier_failures(self) -> None:
        """Try again, once, what had failed before it was asked for now: whoever asks again wants just that."""
        self._is_retried = True
        failed = [
            item["id"]
            for item in self._client.every("queue", status="failed", **self._selection())
            if self._was_before(item)
        ]
        if failed:
            self._client.order("POST", "queue/items/retry", {"ids": failed})

    def _was_before(self, item: dict[str, Any]) -> bool:
        """Return whether nothing has become of an item since it was asked for."""
        return datetime.fromisoformat(item["updated_at"]) < self._added_at

    def _selection(self) -> dict[str, list[int]]:
        return {"scrape": self._scans, "audiobook": self._books}
