"""What tables have in common: names of constraints, and the columns that the engine keeps of a piece of work.

No column that a heartbeat writes at each beat anew is indexed, so that those updates stay within their page (HOT,
fillfactor 80).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    Uuid,
    false,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine

from ohdio_core.domain.queue import WorkStatus

Timestamp = DateTime(timezone=True)


class TextList(TypeDecorator[list[str]]):
    """A list of texts, as psycopg returns it: SQLAlchemy would copy it item by item, in each row."""

    impl = ARRAY(Text)
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Return that nothing is to be done with what is read."""

    def coerce_compared_value(self, _op: OperatorType | None, value: Any) -> TypeEngine[Any]:
        """Return the type of what a list is compared with, or asked for: a place in it is a number."""
        return Integer() if isinstance(value, int) else self


#: Of what a book is to be filed as (``domain.book_form``).
FORM_KNOWN = "form IN ('original', 'm4b', 'mp3', 'm4b-32k', 'm4b-48k', 'm4b-64k', 'm4b-96k', 'm4b-128k')"


class Base(DeclarativeBase):
    """Base of every table; constraint names are predictable, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class WorkColumns:
    """The columns by which the engine works on a row (``ohdio_core.work``)."""

    status: Mapped[WorkStatus] = mapped_column(Text, server_default=WorkStatus.QUEUED.value)
    is_ready: Mapped[bool] = mapped_column(Boolean, server_default=true())  #: may be admitted at all
    priority: Mapped[int] = mapped_column(Integer, server_default=text("5"))
    #: A place that a person gave it before all that have none, the lowest first; None once it has ended.
    rank: Mapped[int | None] = mapped_column(BigInteger)
    politeness_key: Mapped[str] = mapped_column(Text)  #: the site key: what fairness and pacing go by
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    max_attempts: Mapped[int] = mapped_column(Integer, server_default=text("5"))
    setbacks: Mapped[int] = mapped_column(Integer, server_default=text("0"))  #: runs in a row that led nowhere
    next_attempt_at: Mapped[datetime | None] = mapped_column(Timestamp)  #: None means due
    admitted_at: Mapped[datetime | None] = mapped_column(Timestamp)  #: a slot was given
    sent_at: Mapped[datetime | None] = mapped_column(Timestamp)  #: when its message was last sent
    lease_token: Mapped[UUID | None] = mapped_column(Uuid)  #: a worker holds it; every write is fenced by this
    lease_until: Mapped[datetime | None] = mapped_column(Timestamp)
    worker_id: Mapped[UUID | None] = mapped_column(Uuid)
    stop_requested: Mapped[str | None] = mapped_column(Text)  #: a StopReason
    progress: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))  #: bytes, or pages, done
    best_progress: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))  #: the most before this run
    wait_reason: Mapped[str | None] = mapped_column(Text)  #: for people: why it went back to waiting
    wait_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  #: ``Sentence.as_json``
    #: Its last run found something that a person must mend first. Kept until a run ends otherwise.
    needs_person: Mapped[bool] = mapped_column(Boolean, server_default=false())
    error: Mapped[str | None] = mapped_column(Text)  #: for people: what went wrong last
    error_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  #: the same of it
    #: Of the submission that it comes from; None where an earlier version wrote the row.
    trace_id: Mapped[UUID | None] = mapped_column(Uuid, server_default=func.gen_random_uuid())
    created_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now(), onupdate=func.now())
    started_at: Mapped[datetime | None] = mapped_column(Timestamp)
    finished_at: Mapped[datetime | None] = mapped_column(Timestamp)


def work_table_args(name: str) -> tuple[Any, ...]:
    """Return what SQLAlchemy takes as ``__table_args__`` of a table of work: checks, indexes, room for HOT updates."""
    due = text("status = 'queued' AND is_ready AND next_attempt_at IS NULL")
    return (
        CheckConstraint("priority >= 0", name="priority_not_negative"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("max_attempts > 0", name="max_attempts_positive"),
        CheckConstraint(
            "status IN ('queued', 'processing', 'paused', 'completed', 'failed', 'cancelled')", name="status_known"
        ),
        CheckConstraint("lease_token IS NULL OR status = 'processing'", name="lease_only_while_processing"),
        CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name="lease_has_an_end"),
        Index(f"ix_{name}_due", "politeness_key", text("urgency(priority, rank) DESC"), "id", postgresql_where=due),
        Index(
            f"ix_{name}_processing",
            text("urgency(priority, rank) DESC"),
            "id",
            postgresql_where=text("status = 'processing'"),
        ),
        Index(
            f"ix_{name}_later",
            "next_attempt_at",
            postgresql_where=text("status = 'queued' AND next_attempt_at IS NOT NULL"),
        ),
        Index(f"ix_{name}_needs_person", "id", postgresql_where=text("needs_person")),
        {"postgresql_with": {"fillfactor": 80}},
    )
