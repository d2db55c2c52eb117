"""What is known of the conversion of books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select, text, true
from sqlalchemy.orm import Session

from ohdio_core.db.converting_models import OrderedConversion
from ohdio_core.db.models import Audiobook
from ohdio_core.schemas.conversions import ConversionProgress, ConversionState, ConversionView
from ohdio_core.schemas.sentences import SentenceView

_MOST = 1_000
_SPEED = text("SELECT min(speed) FROM encoding_speeds")
_IS_RUNNING = (OrderedConversion.holder.is_not(None)) & (OrderedConversion.lease_until > func.clock_timestamp())


def find_conversion(session: Session, audiobook_id: int) -> ConversionView | None:
    """Return the conversion of a book; None where nobody has ordered one."""
    row = session.execute(_select().where(OrderedConversion.audiobook_id == audiobook_id)).one_or_none()
    return None if row is None else _view(row, session.execute(_SPEED).scalar())


def find_conversions(session: Session, audiobook_ids: Sequence[int]) -> Sequence[ConversionView]:
    """Return the conversions of these books, as far as there are any."""
    return _read(session, OrderedConversion.audiobook_id.in_(audiobook_ids), len(audiobook_ids))


def list_conversions(session: Session, most: int = _MOST, *, is_failed: bool | None = None) -> Sequence[ConversionView]:
    """Return conversions: those that run, those that wait in their order, those that are paused or have failed.

    Args:
        is_failed: Only those that have failed, or only the others.
    """
    if is_failed is None:
        return _read(session, true(), most)
    failed_at = OrderedConversion.failed_at
    return _read(session, failed_at.is_not(None) if is_failed else failed_at.is_(None), most)


def read_frame(session: Session, most: int) -> list[ConversionProgress]:
    """Return how far those are that encode."""
    conversion = OrderedConversion
    running = (
        select(conversion.audiobook_id, conversion.seconds_done, conversion.seconds_total)
        .where(_IS_RUNNING, conversion.failed_at.is_(None))
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
    return session.execute(select(OrderedConversion.audiobook_id).where(_IS_RUNNING).limit(1)).one_or_none() is not None


def _read(session: Session, condition: ColumnElement[bool], most: int) -> Sequence[ConversionView]:
    conversion = OrderedConversion
    stands = case((conversion.failed_at.is_not(None), 3), (conversion.is_paused, 2), (_IS_RUNNING, 0), else_=1)
    query = _select().where(condition)
    query = query.order_by(stands, conversion.form.like("m4b-%"), conversion.ordered_at, conversion.audiobook_id)
    speed = session.execute(_SPEED).scalar()
    return [_view(row, speed) for row in session.execute(query.limit(most))]


def _select() -> Select[*tuple[Any, ...]]:
    query = select(OrderedConversion, Audiobook, _IS_RUNNING.label("is_running"))
    return query.join(Audiobook, Audiobook.id == OrderedConversion.audiobook_id)


def _view(row: Row[*tuple[Any, ...]], speed: float | None) -> ConversionView:
    conversion: OrderedConversion = row.OrderedConversion
    return ConversionView(
        id=conversion.audiobook_id,
        title=row.Audiobook.title,
        authors=row.Audiobook.authors,
        url=row.Audiobook.url,
        form=conversion.form,  # type: ignore[arg-type]
        state=_state(conversion, is_running=row.is_running),
        ordered_at=conversion.ordered_at,
        seconds_done=conversion.seconds_done,
        seconds_total=conversion.seconds_total,
        eta_seconds=_left(conversion.seconds_done, conversion.seconds_total, speed),
        wait_reason=conversion.wait_reason,
        wait_message=SentenceView.stored(conversion.wait_reason, conversion.wait_message),
        error=conversion.error,
        error_message=SentenceView.stored(conversion.error, conversion.error_message),
    )


def _left(done: float, total: float | None, speed: float | None) -> float | None:
    return None if speed is None or total is None else max(0.0, total - done) / speed


def _state(conversion: OrderedConversion, *, is_running: bool) -> ConversionState:
    if conversion.failed_at is not None:
        return ConversionState.FAILED
    if conversion.is_paused:
        return ConversionState.PAUSED
    return ConversionState.RUNNING if is_running else ConversionState.WAITING
