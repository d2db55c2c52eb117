"""What somebody asked for with some links, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ohdio_client.api.errors import LinksRefused
from ohdio_core.domain.audiobook import TargetKind
from ohdio_core.schemas.scrapes import ScrapeStatus, ScrapeView
from ohdio_core.schemas.submissions import SubmissionResult, SubmissionState, Wishes

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_core.schemas.queue import QueueItemView, QueueProgress


@dataclass(frozen=True, slots=True)
class CollectionState:
    """How far a collection is at one moment."""

    scans: tuple[ScrapeView, ...]
    books: QueueProgress

    @property
    def is_over(self) -> bool:
        """Return whether nothing more will happen by itself."""
        return not self.is_scanning and not self._left

    @property
    def is_stuck(self) -> bool:
        """Return whether all that is left waits until a person has mended something."""
        return not self.is_scanning and 0 < self._left == self.books.needs_person + self.books.held

    @property
    def _left(self) -> int:
        """Return how many books go on by themselves, if not at once."""
        return self.books.queued + self.books.processing + self.books.held

    @property
    def is_scanning(self) -> bool:
        """Return whether more books may be found."""
        return any(scan.status is ScrapeStatus.SCRAPING for scan in self.scans)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended."""

    complete: int
    fetched: int  #: of those that are complete: since they were asked for; the others were there already
    not_complete: tuple[QueueItemView, ...]
    failed_scans: tuple[ScrapeView, ...]
    skipped: int  #: books that the filters did not want
    unwanted: int  #: books that were left out, as they had been removed before
    noted: tuple[QueueItemView, ...] = ()  #: items that are complete, with a note on their books
    whole_scans: tuple[ScrapeView, ...] = ()  #: those that came to their end

    @property
    def is_success(self) -> bool:
        """Return whether every book is in the library."""
        return not self.not_complete and not self.failed_scans


@dataclass(frozen=True, slots=True)
class Wish:
    """Links to collect."""

    urls: Sequence[str]  #: of categories, feeds and books
    wanted: Wishes = field(default_factory=Wishes)  #: what of them


@dataclass(frozen=True, slots=True)
class Taken:
    """Links that an ohdio was given."""

    results: Sequence[SubmissionResult]  #: what became of each
    since: datetime  #: they were given after it


def submit(wish: Wish, add: Callable[[Sequence[str], Wishes], Sequence[SubmissionResult]]) -> Taken:
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
        if refused := [result for result in results if result.state is SubmissionState.REFUSED]:
            raise LinksRefused(refused)
        self._scans = _ids(results, TargetKind.CATEGORY)
        self._books = _ids(results, TargetKind.AUDIOBOOK)
        self._is_retried = False

    def state(self) -> CollectionState:
        """Read how far it is."""
        scans = tuple(self._client.scans.get(scan) for scan in self._scans)
        if not self._is_retried and all(scan.status is not ScrapeStatus.SCRAPING for scan in scans):
            self._retry_earlier_failures()
        return CollectionState(scans, self._client.queue.progress(self._scans, self._books))

    def outcome(self) -> Outcome:
        """Read how it ended; for when nothing more happens."""
        state = self.state()
        return Outcome(
            complete=state.books.completed,
            fetched=sum(not self._was_before(item) for item in self._items("completed")),
            not_complete=tuple(
                item for status in ("failed", "paused", "queued", "processing") for item in self._items(status)
            ),
            failed_scans=tuple(scan for scan in state.scans if scan.status is not ScrapeStatus.COMPLETED),
            whole_scans=tuple(scan for scan in state.scans if scan.status is ScrapeStatus.COMPLETED),
            skipped=sum(scan.skipped for scan in state.scans),
            unwanted=sum(scan.unwanted for scan in state.scans),
            noted=tuple(self._items("completed", is_noted=True)),
        )

    def _retry_earlier_failures(self) -> None:
        """Try again, once, what had failed before it was asked for now: whoever asks again wants just that."""
        self._is_retried = True
        self._client.queue.order_all([item.id for item in self._items("failed") if self._was_before(item)], "retry")

    def _was_before(self, item: QueueItemView) -> bool:
        """Return whether nothing has become of an item since it was asked for."""
        return item.updated_at < self._added_at

    def _items(self, status: str, *, is_noted: bool | None = None) -> Iterator[QueueItemView]:
        return self._client.queue.items(status, scans=self._scans, books=self._books, is_noted=is_noted)


def _ids(results: Sequence[SubmissionResult], kind: TargetKind) -> list[int]:
    return [result.id for result in results if result.kind is kind and result.id is not None]
