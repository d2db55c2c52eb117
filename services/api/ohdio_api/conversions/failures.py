"""What could not be converted, by what helps against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.domain.failure_cause import ConversionRemedy
from ohdio_core.schemas.sentences import SentenceView

_SQL = NamedSql(__name__)
_READ_FAILURES = _SQL.statement("read_failures")
_MOST_TITLES = 3
#: Of each kind: the page says then that there are more.
MOST_COUNTED = 10_000


class FailedConversions(NamedTuple):
    """Those that one thing helps."""

    remedy: ConversionRemedy
    books: int  #: ``MOST_COUNTED`` at most
    are_more: bool
    titles: Sequence[str]  #: of the newest
    reason: str | None  #: of the newest
    message: SentenceView | None


def read_failures(session: Session) -> Sequence[FailedConversions]:
    """Count what failed, with the newest of each kind."""
    remedies = [remedy.value for remedy in ConversionRemedy]
    bounds = {"most": _MOST_TITLES, "most_counted": MOST_COUNTED + 1}
    rows = {row.remedy: row for row in session.execute(_READ_FAILURES, {"remedies": remedies, **bounds})}
    return [
        FailedConversions(
            remedy,
            min(row.books, MOST_COUNTED),
            row.books > MOST_COUNTED,
            row.titles,
            row.error,
            SentenceView.stored(row.error, row.error_message),
        )
        for remedy in ConversionRemedy
        if (row := rows.get(remedy.value)) is not None
    ]
