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


class FailedConversions(NamedTuple):
    """Those that one thing helps."""

    remedy: ConversionRemedy
    books: int
    titles: Sequence[str]  #: of the newest
    reason: str | None  #: of the newest
    message: SentenceView | None


def read_failures(session: Session) -> Sequence[FailedConversions]:
    """Count what failed, with the newest of each kind."""
    rows = {row.remedy: row for row in session.execute(_READ_FAILURES, {"most": _MOST_TITLES})}
    return [
        FailedConversions(remedy, row.books, row.titles, row.error, SentenceView.stored(row.error, row.error_message))
        for remedy in ConversionRemedy
        if (row := rows.get(remedy.value)) is not None
    ]
