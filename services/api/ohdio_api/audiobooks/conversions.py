"""What is known of the conversion of books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select, text
from sqlalchemy.orm import Session

from ohdio_api.beside import HAS_DOWNLOADER, how_it_stands, is_held, wait_of, was_interrupted
from ohdio_core.db.converting_models import OrderedConversion
from ohdio_core.db.models import Audiobook
from ohdio_core.domain.failure_cause import ConversionRemedy
from ohdio_core.schemas.conversions import ConversionProgress, ConversionState, ConversionView
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import stored, text_of

_SPEED = text("SELECT min(speed) FROM encoding_speeds")
IS_RUNNING = is_held(OrderedConversion)
_MOST_INTERRUPTED = 500


def find_conversion(session: Session, audiobook_id: int) -> ConversionView | None:
    """Return the conversion of a book; None where nobody has ordered one."""
    return next(iter(find_conversions(session, [audiobook_id])), None)


def find_conversions(session: Session, audiobook_ids: Sequence[int]) -> Sequence[ConversionView]:
    """Return the conversions of these books, as far as there are any."""
    chosen = OrderedConversion.audiobook_id.in_(audiobook_ids)
    query = select_conversions().where(chosen).order_by(OrderedConversion.audiobook_id)
    return show_conversions(session, session.execute(query).all())


def find_interrupted(session: Session) -> Sequence[int]:
    """Return the books of conversions whose process has fallen silent, and that nobody has taken since."""
    query = select(OrderedConversion.audiobook_id).where(was_interrupted(OrderedConversion)).limit(_MOST_INTERRUPTED)
    return session.scalars(query).all()


def read_frame(session: Session, most: int) -> list[ConversionProgress]:
    """Return how far those are that encode."""
    conversion = OrderedConversion
    running = (
        select(conversion.audiobook_id, conversion.seconds_done, conversion.seconds_total)
        .where(IS_RUNNING, conversion.failed_at.is_(None))
        .limit(most)
    )
    speed = session.execute(_SPEED).scalar()
    return [
        ConversionProgress(book, done, total, _left(done, total, speed))
        for book, done, total in session.execute(running)
        if total is not None
    ]


def is_any_held(session: Session) -> bool:
    """Return whether a process is at a conversion."""
    return session.execute(select(OrderedConversion.audiobook_id).where(IS_RUNNING).limit(1)).one_or_none() is not None


def is_any_downloader_there(session: Session) -> bool:
    """Return whether a downloader runs."""
    return bool(session.scalar(select(HAS_DOWNLOADER)))


def select_conversions() -> Select[*tuple[Any, ...]]:
    """Select conversions with their books, and with what says how they stand."""
    query = select(OrderedConversion, Audiobook, *how_it_stands(OrderedConversion))
    return query.join(Audiobook, Audiobook.id == OrderedConversion.audiobook_id)


def show_conversions(session: Session, rows: Sequence[Row[Any]]) -> list[ConversionView]:
    """Return rows of ``select_conversions`` as clients see them."""
    speed = session.execute(_SPEED).scalar() if rows else None
    return [_view(row, speed) for row in rows]


def _view(row: Row[*tuple[Any, ...]], speed: float | None) -> ConversionView:
    conversion: OrderedConversion = row.OrderedConversion
    state = _state(conversion, is_running=bool(row.is_held))
    recorded = stored(conversion.wait_reason, conversion.wait_message)
    waits = wait_of(row, recorded) if state is ConversionState.WAITING else None
    return ConversionView(
        id=conversion.audiobook_id,
        title=row.Audiobook.title,
        authors=row.Audiobook.authors,
        url=row.Audiobook.url,
        form=conversion.form,  # type: ignore[arg-type]
        state=state,
        ordered_at=conversion.ordered_at,
        seconds_done=conversion.seconds_done,
        seconds_total=conversion.seconds_total,
        eta_seconds=_left(conversion.seconds_done, conversion.seconds_total, speed),
        wait_reason=text_of(waits),
        wait_message=SentenceView.of(waits),
        error=conversion.error,
        error_message=SentenceView.stored(conversion.error, conversion.error_message),
        remedy=None if conversion.failed_at is None else ConversionRemedy(conversion.remedy),
    )


def _left(done: float, total: float | None, speed: float | None) -> float | None:
    return None if speed is None or total is None else max(0.0, total - done) / speed


def _state(conversion: OrderedConversion, *, is_running: bool) -> ConversionState:
    if conversion.failed_at is not None:
        return ConversionState.FAILED
    if conversion.is_paused:
        return ConversionState.PAUSED
    return ConversionState.RUNNING if is_running else ConversionState.WAITING
