"""Everything that a list of the queue has, on all of its pages."""

from __future__ import annotations

from typing import NamedTuple

from ohdio_api.queue.failures import FailureService
from ohdio_api.queue.filter import QueueFilter
from ohdio_api.queue.selection import Selection
from ohdio_api.web.queue.queue_list import QueueList
from ohdio_api.web.words import Words
from ohdio_core.schemas.queue import QueueMatching

_NO_BOOK = (0,)


class Everything(NamedTuple):
    """How much that is, for people."""

    label: str
    books: str
    size: str  #: empty where it is not known


def filter_of(listed: QueueList, failures: FailureService) -> QueueFilter:
    """Return the condition that all that is listed fulfils; the state of the moment counts."""
    return QueueFilter(
        _selection(listed, failures), listed.statuses, words=listed.q, is_held=True if listed.is_held else None
    )


def show_everything(matching: QueueMatching, words: Words) -> Everything:
    """Return how much matches; a large search is counted up to a limit."""
    _ = words.gettext
    count, books = words.number(matching.items), words.books(matching.items)
    label = _("All %(count)s that match") if matching.is_exact else _("All that match, at least %(count)s")
    return Everything(
        label=label % {"count": count},
        books=books if matching.is_exact else _("at least %(count)s") % {"count": books},
        size=words.size(matching.bytes_total) if matching.bytes_total else "",
    )


def _selection(listed: QueueList, failures: FailureService) -> Selection:
    """Return the books that are listed, of whichever state."""
    if listed.cause is not None:
        return Selection((), tuple(failures.books(listed.cause)) or _NO_BOOK)
    return Selection(() if listed.scan is None else (listed.scan,), ())
