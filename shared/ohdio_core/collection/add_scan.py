"""Scans of listings: one at a time of each, begun by whoever asks first."""

from __future__ import annotations

from uuid import UUID

from ohdio_core.collection.filters import encode_filters
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.audiobook import Target
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.filters import Filters
from ohdio_core.domain.queue import DEFAULT_PRIORITY, WorkStatus
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.trace import new_trace
from ohdio_core.work.stages import SCRAPING
from ohdio_core.work.transitions import REQUEUED

_SQL = NamedSql(__name__)
_ADD = _SQL.statement("add")
_FIND_UNDER_WAY = _SQL.statement("find_under_way")
_WANT_AGAIN = _SQL.statement("want_again")
_LOCK = _SQL.statement("lock")
_REQUEUE = _SQL.statement("requeue", requeued=REQUEUED.assignments)


def add_scrape(
    work: UnitOfWork,
    target: Target,
    site_key: str,
    *,
    priority: int = DEFAULT_PRIORITY,
    filters: Filters | None = None,
    brings_back: bool = False,
    form: BookForm | None = None,
    speed_limit_kb: int | None = None,
    trace_id: UUID | None = None,
) -> tuple[int, bool]:
    """Begin a scan, unless one of the same listing is under way; return its id and whether it is new.

    One that is under way keeps its own wishes.

    Args:
        brings_back: Books that people removed before are wanted again.
        form: What its books are to be filed as; None: as the settings say.
        speed_limit_kb: How many kilobytes a second each of them may come with; None for any number.
        trace_id: Of the submission; a new one, if None.
    """
    parameters = {
        "url": target.url,
        "source": target.source,
        "external_id": target.external_id,
        "key": site_key,
        "priority": priority,
        "filters": None if filters is None or filters == Filters() else encode_filters(filters),
        "brings_back": brings_back,
        "form": None if form is None else form.value,
        "speed": speed_limit_kb,
        "trace": trace_id or new_trace(),
    }
    while True:
        new = work.execute(_ADD, parameters).scalar()
        if new is not None:
            work.changed(SCRAPING.topic, new)
            work.wake(SCRAPING.name)
            return new, True
        known = work.execute(_FIND_UNDER_WAY, parameters).scalar()
        # It may have ended between the two statements; then a new one can be inserted.
        if known is not None:
            # One that is just being cancelled is wanted again.
            work.execute(_WANT_AGAIN, {"id": known})
            return known, False


def no_such_scan(scrape_id: int) -> Sentence:
    """Return the sentence for a scan that there is none of, or that was dismissed."""
    return sentence("scan.no_such_scan", "There is no scan {id}; it may have been dismissed.", id=scrape_id)


def retry_scrape(work: UnitOfWork, scrape_id: int) -> Sentence | None:
    """Requeue a scan that failed or was cancelled; it goes on from its last page, with its own filters.

    Does nothing for any other, and while another scan of the same listing is under way: returns the reason, then.
    """
    scan = work.execute(_LOCK, {"id": scrape_id}).one_or_none()
    if scan is None:
        return no_such_scan(scrape_id)
    if scan.status == WorkStatus.COMPLETED:
        return sentence(
            "scan.completed", "Only a scan that failed or was cancelled can be retried; this one is completed."
        )
    is_retried = work.execute(_REQUEUE, {"id": scrape_id}).scalar()
    if is_retried is None:
        return sentence("scan.under_way_already", "{link} is being scanned already.", link=scan.url)
    work.changed(SCRAPING.topic, scrape_id)
    work.wake(SCRAPING.name)
    return None
