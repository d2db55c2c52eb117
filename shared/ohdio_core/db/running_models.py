"""The tables of how work is done: workers, runs, turns of sites, what comes round by the clock, settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Double,
    Identity,
    Index,
    Integer,
    Text,
    Uuid,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ohdio_core.db.base import Base, Timestamp
from ohdio_core.domain.queue import RunOutcome


class WorkerProcess(Base):
    """A live worker process and one stage that it serves; gone when it ends, stale when it died."""

    __tablename__ = "workers"
    __table_args__ = ({"postgresql_with": {"fillfactor": 50}},)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)  #: unique for each start of a process
    service: Mapped[str] = mapped_column(Text)
    threads: Mapped[int] = mapped_column(Integer)
    host: Mapped[str] = mapped_column(Text)
    pid: Mapped[int] = mapped_column(Integer)
    version: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
    beat_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
    #: The settings that its start was given, as people may see them, by name: stored ones do not count for it.
    environment: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class TransferShare(Base):
    """What a process that reads bodies has of the limit for all downloads (``ohdio_downloader.bandwidth``)."""

    __tablename__ = "transfer_shares"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    transfers: Mapped[int] = mapped_column(Integer)  #: books that it reads
    wanted: Mapped[float] = mapped_column(Double)  #: of the limit, what it could make use of
    share: Mapped[float] = mapped_column(Double)  #: of the limit, what it has
    told_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.clock_timestamp())


class PastRun(Base):
    """What became of the newest runs of each piece of work (ohdio_core.work.run_history)."""

    __tablename__ = "runs"
    __table_args__ = (Index("ix_runs_ended_at", "ended_at"),)

    stage: Mapped[str] = mapped_column(Text, primary_key=True)
    about_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)  #: the audiobook's, or of a scan its own
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    outcome: Mapped[RunOutcome] = mapped_column(Text)
    times: Mapped[int] = mapped_column(Integer, server_default=text("1"))  #: runs that ended so, one after another
    attempt: Mapped[int] = mapped_column(Integer)  #: which attempt it was, from 1
    began_at: Mapped[datetime] = mapped_column(Timestamp)  #: the first of them
    ended_at: Mapped[datetime] = mapped_column(Timestamp)  #: the last of them
    seconds: Mapped[float] = mapped_column(Double)  #: that they took, together
    bytes: Mapped[int] = mapped_column(BigInteger)  #: of audio that came
    host: Mapped[str | None] = mapped_column(Text)
    worker_id: Mapped[UUID] = mapped_column(Uuid)
    reason: Mapped[str | None] = mapped_column(Text)  #: for people: why it ended so
    message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  #: ``Sentence.as_json``


class SiteTurn(Base):
    """A site's turn in a stage, for admission: whether it has due work, and when it was last given a slot.

    Triggers on the tables of work raise ``ready_priority``; admission alone lowers it.
    """

    __tablename__ = "turns"
    __table_args__ = (
        Index(
            "ix_turns_ready",
            "stage",
            text("ready_priority DESC"),
            text("served_at NULLS FIRST"),
            "opened_at",
            postgresql_where=text("ready_priority IS NOT NULL"),
        ),
        {"postgresql_with": {"fillfactor": 50}},
    )

    stage: Mapped[str] = mapped_column(Text, primary_key=True)
    politeness_key: Mapped[str] = mapped_column(Text, primary_key=True)
    served_at: Mapped[datetime | None] = mapped_column(Timestamp)
    ready_priority: Mapped[int | None] = mapped_column(BigInteger)  #: no due row has a higher urgency; None: none due
    opened_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.clock_timestamp())


class Host(Base):
    """The pace of requests to one site, and whether it works, shared by all processes."""

    __tablename__ = "hosts"
    __table_args__ = ({"postgresql_with": {"fillfactor": 50}},)

    politeness_key: Mapped[str] = mapped_column(Text, primary_key=True)
    next_slot_at: Mapped[datetime | None] = mapped_column(Timestamp)
    closed_until: Mapped[datetime | None] = mapped_column(Timestamp)
    #: The pause that it asked for itself, never later than that: nobody ends it.
    asked_until: Mapped[datetime | None] = mapped_column(Timestamp)
    closed_reason: Mapped[str | None] = mapped_column(Text)
    closed_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  #: ``Sentence.as_json``
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))  #: in a row
    failed_items: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    closings: Mapped[int] = mapped_column(Integer, server_default=text("0"))  #: in a row, because of failures
    is_tried: Mapped[bool] = mapped_column(Boolean, server_default=false())  #: by one item, until ``closed_until``


class KnownLibrary(Base):
    """A library that books were filed in: without its hidden mark it is a disk that is not mounted."""

    __tablename__ = "libraries"

    location: Mapped[str] = mapped_column(Text, primary_key=True)  #: ``Library.location``


class DueTime(Base):
    """When something that comes round by the clock is due next (ohdio_core.work.schedules)."""

    __tablename__ = "schedules"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Timestamp)


class StoredSetting(Base):
    """A setting that a person changed while ohdio ran (ohdio_core.live_settings)."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    changed_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
