"""What could not be converted, by what helps against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ohdio_core.db.converting_models import OrderedConversion
from ohdio_core.db.models import Audiobook
from ohdio_core.domain.failure_cause import Remedy, conversion_remedy
from ohdio_core.schemas.sentences import SentenceView

_MOST_READ = 1_000


class FailedConversions(NamedTuple):
    """Those that one thing helps."""

    remedy: Remedy  #: to try them again, or to put them away: the books are complete as they are
    books: Sequence[int]  #: the one that failed last first
    titles: Sequence[str]
    reason: str | None  #: of the newest
    message: SentenceView | None


def read_failures(session: Session) -> Sequence[FailedConversions]:
    """Read the newest of those that failed."""
    conversion = OrderedConversion
    query = (
        select(conversion.audiobook_id, Audiobook.title, Audiobook.url, conversion.error, conversion.error_message)
        .join(Audiobook, Audiobook.id == conversion.audiobook_id)
        .where(conversion.failed_at.is_not(None))
        .order_by(conversion.failed_at.desc(), conversion.audiobook_id)
    )
    rows = session.execute(query.limit(_MOST_READ)).all()
    found = []
    for remedy in (Remedy.RETRY, Remedy.REMOVE):
        group = [row for row in rows if conversion_remedy(row.error_message) is remedy]
        if group:
            newest = group[0]
            found.append(
                FailedConversions(
                    remedy,
                    [row.audiobook_id for row in group],
                    [row.title or row.url for row in group],
                    newest.error,
                    SentenceView.stored(newest.error, newest.error_message),
                )
            )
    return found
