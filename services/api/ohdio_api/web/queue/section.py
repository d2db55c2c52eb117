"""The list of the queue, as the first page and the pages of scans show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

from fastapi import Depends

from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.overview import Overview
from ohdio_api.queue.failures import FailureService
from ohdio_api.queue.service import QueueService
from ohdio_api.web.parts.place import places_of
from ohdio_api.web.parts.row import RowView, show_row
from ohdio_api.web.queue.details import Details, read_details
from ohdio_api.web.queue.everything import Everything, filter_of, show_everything
from ohdio_api.web.queue.queue_list import QueueList
from ohdio_api.web.services import Audiobooks, Failures, Queue
from ohdio_api.web.words import Words
from ohdio_core.domain.queue import WorkStatus

_PAGE = 50


class QueueSection(NamedTuple):
    """One page of the list."""

    listed: QueueList
    rows: Sequence[RowView]
    details: Details | None  #: of the row that is opened, if it is on this page and was not removed since
    following: str | None  #: where the next page begins
    everything: Everything | None  #: what an order can be for; None where it is all on this page
    said_count: str | None  #: how many books there are of the state that is listed
    nothing: str  #: what to say where there is no row


class SectionReader:
    """Reads the list from the services that know of it."""

    def __init__(self, queue: QueueService, failures: FailureService, audiobooks: AudiobookService) -> None:
        self._queue = queue
        self._failures = failures
        self._audiobooks = audiobooks

    def read(self, listed: QueueList, overview: Overview, words: Words) -> QueueSection:
        """Return the page of the list that an address asks for.

        Raises:
            Refusal: Its cursor is not one of this list.
        """
        matching = filter_of(listed, self._failures)
        page = self._queue.page(
            matching,
            sort=listed.sort,
            order=listed.order,
            cursor=listed.cursor,
            limit=_PAGE,
        )
        is_any_queued = any(item.status is WorkStatus.QUEUED for item in page.items)
        places: Mapping[int, int] = places_of(self._queue) if is_any_queued else {}
        opened = next((item for item in page.items if item.id == listed.opened), None)
        return QueueSection(
            listed=listed,
            rows=[show_row(item, words, places) for item in page.items],
            details=None if opened is None else read_details(opened, self._queue, self._audiobooks, words),
            following=page.next,
            everything=show_everything(self._queue.matching(matching, overview), words)
            if page.next or listed.cursor
            else None,
            said_count=_count(listed, overview, words),
            nothing=_nothing(listed, overview, words),
        )


async def section_reader(queue: Queue, failures: Failures, audiobooks: Audiobooks) -> SectionReader:
    """Return what reads the list."""
    return SectionReader(queue, failures, audiobooks)


TheSections = Annotated[SectionReader, Depends(section_reader)]


def _count(listed: QueueList, overview: Overview, words: Words) -> str | None:
    """Return how many books there are of the state that is listed, where it is known without counting."""
    if listed.status is None or listed.scan is not None or listed.q:
        return None
    return words.books(overview.counts.get(listed.status.value, 0))


def _nothing(listed: QueueList, overview: Overview, words: Words) -> str:
    _ = words.gettext
    if listed.q:
        return _("Nothing is called “%(words)s”.") % {"words": listed.q}
    if listed.status is not None:
        return {
            "queued": _("No book is waiting."),
            "processing": _("No book is downloading."),
            "paused": _("No book is paused."),
            "completed": _("No book is complete yet."),
            "failed": _("No book has failed."),
        }[listed.status.value]
    if listed.cause is not None:
        return _("No book has failed for that.")
    if listed.is_held:
        return _("No book waits for room.")
    if listed.scan is not None:
        return _("It has no book in the queue.")
    if any(overview.counts.values()):
        return _("Nothing waits: every book is complete or on its way.")
    return _(
        "Nothing here yet. Paste a link above: every book behind it is downloaded complete, tagged, and filed once."
    )
