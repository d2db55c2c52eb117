"""The tables of what people collect.

Those of work (``scrapes``, ``extractions``, ``queue_items``) share the engine's columns; how it is done is in
``running_models``.

An audiobook's status is never stored: it is its queue item's.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    Double,
    FetchedValue,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from ohdio_core.db.base import FORM_KNOWN, Base, TextList, Timestamp, WorkColumns, work_table_args
from ohdio_core.domain.queue import DownloadStage


class Audiobook(Base):
    """One book, however often and from wherever it was found."""

    __tablename__ = "audiobooks"
    __table_args__ = (
        UniqueConstraint("url"),
        UniqueConstraint("source", "external_id"),
        Index("ix_audiobooks_created_at", "created_at", "id"),
        Index(
            "ix_audiobooks_filed_at",
            text("coalesce(filed_at, created_at) DESC"),
            text("id DESC"),
            postgresql_where=text("library_path IS NOT NULL"),
        ),
        Index(
            "ix_audiobooks_library_path",
            text("left(library_path, 500)"),  # what an index can hold, however deep people moved a book
            "id",
            postgresql_where=text("library_path IS NOT NULL"),
        ),
        Index("ix_audiobooks_title", text("lower(coalesce(title, ''))"), "id"),
        Index("ix_audiobooks_old_tags", "id", postgresql_where=text("revision > files_revision")),
        # Whoever adds the book that fills the list of what is pending merges it: for 30 ms instead of 130.
        Index(
            "ix_audiobooks_words",
            text("text_grams(words)"),
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 1024},  # kilobytes
        ),
        CheckConstraint(FORM_KNOWN, name="form_known"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    url: Mapped[str] = mapped_column(Text)  #: canonical
    source: Mapped[str] = mapped_column(Text)  #: the source's name in the registry
    external_id: Mapped[str] = mapped_column(Text)  #: the site's id, unique within the source
    title: Mapped[str | None] = mapped_column(Text)
    authors: Mapped[list[str]] = mapped_column(TextList, server_default=text("'{}'"))
    narrators: Mapped[list[str]] = mapped_column(TextList, server_default=text("'{}'"))
    description: Mapped[str | None] = mapped_column(Text)
    publisher: Mapped[str | None] = mapped_column(Text)
    published_year: Mapped[int | None] = mapped_column(Integer)
    published_on: Mapped[date | None] = mapped_column(Date)  #: the day, where it is known
    genre: Mapped[str | None] = mapped_column(Text)
    isbn: Mapped[str | None] = mapped_column(Text)
    asin: Mapped[str | None] = mapped_column(Text)  #: Amazon's number of it
    audience: Mapped[str | None] = mapped_column(Text)
    page_count: Mapped[int | None] = mapped_column(Integer)
    translators: Mapped[list[str]] = mapped_column(TextList, server_default=text("'{}'"))
    language: Mapped[str | None] = mapped_column(Text)
    series: Mapped[str | None] = mapped_column(Text)
    series_position: Mapped[str | None] = mapped_column(Text)
    show: Mapped[str | None] = mapped_column(Text)  #: what it appeared in, where nobody is named as its author
    cover_url: Mapped[str | None] = mapped_column(Text)
    duration_seconds: Mapped[float | None] = mapped_column(Double)
    library_path: Mapped[str | None] = mapped_column(Text)  #: folder below the library; None until filed
    filed_at: Mapped[datetime | None] = mapped_column(Timestamp)  #: for the first time; of older books nobody knows
    file_size: Mapped[int | None] = mapped_column(BigInteger)  #: bytes of audio in that folder
    #: What people should know of a book that is complete all the same: what its source tells, and what its files do.
    note: Mapped[str | None] = mapped_column(Text)
    note_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  #: ``Sentence.as_json``
    source_note: Mapped[str | None] = mapped_column(Text)  #: the former of the two
    source_note_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    #: The columns that hold what a person said, which no description changes (``collection.edits``).
    edited: Mapped[list[str]] = mapped_column(TextList, server_default=text("'{}'"))
    revision: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))  #: one more with each edit
    files_revision: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))  #: that of the files' tags
    #: What it is to be filed as (``domain.book_form``); None: as the settings say then.
    form: Mapped[str | None] = mapped_column(Text)
    episode_of: Mapped[str | None] = mapped_column(Text)  #: the show among whose episodes it is to be filed
    created_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now(), onupdate=func.now())

    #: Title, authors and show as they are looked for; only the database needs them, and writes them (``write_words``).
    words: Mapped[str] = mapped_column(Text, FetchedValue(), deferred=True)

    parts: Mapped[list[BookPart]] = relationship(
        lazy="raise", order_by="BookPart.index", cascade="all, delete-orphan", passive_deletes=True
    )


class BookSign(Base):
    """A match key of a book whose listing changes its ids (``ohdio_core.collection.match_keys``)."""

    __tablename__ = "book_signs"
    __table_args__ = (Index("ix_book_signs_source_external_id", "source", "external_id"),)

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    sign: Mapped[str] = mapped_column(Text, primary_key=True)
    external_id: Mapped[str] = mapped_column(Text)  #: the name under which it was found first
    url: Mapped[str] = mapped_column(Text)  #: canonical


class BookPart(Base):
    """One file of a book, in listening order."""

    __tablename__ = "book_parts"

    audiobook_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audiobooks.id", ondelete="CASCADE"), primary_key=True
    )
    index: Mapped[int] = mapped_column(Integer, primary_key=True)  #: from 0
    external_id: Mapped[str] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    duration_seconds: Mapped[float | None] = mapped_column(Double)
    url: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int | None] = mapped_column(BigInteger)
    extras: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  #: what few parts have: ``collection.details``


class Scrape(WorkColumns, Base):
    """A scan of a category or feed. ``progress`` counts pages."""

    __tablename__ = "scrapes"

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            Index(
                "uq_scrapes_listing_unfinished",
                "source",
                "external_id",
                unique=True,
                postgresql_where=text("status IN ('queued', 'processing')"),
            ),
            CheckConstraint(FORM_KNOWN, name="form_known"),
            *work_table_args("scrapes"),
        )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    url: Mapped[str] = mapped_column(Text)  #: canonical
    source: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str] = mapped_column(Text)
    cursor: Mapped[str | None] = mapped_column(Text)  #: where the next page is
    title: Mapped[str | None] = mapped_column(Text)
    found: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    new: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    known: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    skipped: Mapped[int] = mapped_column(Integer, server_default=text("0"))  #: not wanted, by what the listing says
    unwanted: Mapped[int] = mapped_column(Integer, server_default=text("0"))  #: left out, as they were removed before
    brings_back: Mapped[bool] = mapped_column(Boolean, server_default=false())  #: also what was removed before
    #: How many entries of the listing are no books, by what they have in the place of sound.
    left_out: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"))
    #: The keys of ``left_out`` as ``Sentence.as_json``; without those that an earlier version counted.
    left_out_messages: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    note: Mapped[str | None] = mapped_column(Text)  #: for people: what to know of the listing, though it was read
    note_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    filters: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  #: ``collection.filters``
    is_dismissed: Mapped[bool] = mapped_column(Boolean, server_default=false())
    form: Mapped[str | None] = mapped_column(Text)  #: of the books that it adds; None: as the settings say
    speed_limit_kb: Mapped[int | None] = mapped_column(Integer)  #: of each of them


class ScrapeBook(Base):
    """A book that a scan has found, new or known."""

    __tablename__ = "scrape_books"
    __table_args__ = (Index("ix_scrape_books_audiobook_id", "audiobook_id"),)

    scrape_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("scrapes.id", ondelete="CASCADE"), primary_key=True)
    audiobook_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audiobooks.id", ondelete="CASCADE"), primary_key=True
    )
    is_new: Mapped[bool] = mapped_column(Boolean, server_default=false())  #: nobody had asked for it before
    found_at: Mapped[datetime | None] = mapped_column(Timestamp, server_default=func.now())


class SkippedBook(Base):
    """A book that a scan had found, and that its filters did not want once it was described."""

    __tablename__ = "skipped_books"

    scrape_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("scrapes.id", ondelete="CASCADE"), primary_key=True)
    url: Mapped[str] = mapped_column(Text, primary_key=True)  #: canonical


class UnwantedBook(Base):
    """A book that a person removed before it was complete, or with its files; scans leave it out.

    Known by the same names as the audiobook, whose rows it outlives (``ohdio_core.collection.unwanted``).
    """

    __tablename__ = "unwanted_books"
    __table_args__ = (UniqueConstraint("source", "external_id"), Index("ix_unwanted_books_url", "url"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)  #: canonical
    created_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())


class UnwantedFind(Base):
    """An unwanted book that a scan met, or had found before it was removed."""

    __tablename__ = "unwanted_finds"
    __table_args__ = (Index("ix_unwanted_finds_unwanted_id", "unwanted_id"),)

    scrape_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("scrapes.id", ondelete="CASCADE"), primary_key=True)
    unwanted_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("unwanted_books.id", ondelete="CASCADE"), primary_key=True
    )


class Extraction(WorkColumns, Base):
    """The reading of one book's description; shares its id with the audiobook."""

    __tablename__ = "extractions"

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return work_table_args("extractions")

    id: Mapped[int] = mapped_column(BigInteger, ForeignKey("audiobooks.id", ondelete="CASCADE"), primary_key=True)
    listed: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  #: what the listing has of it
    #: Whether that is everything (``BookRef.complete_details``), so that no site need be asked.
    is_complete_from_listing: Mapped[bool] = mapped_column(
        Boolean, Computed("coalesce(jsonb_array_length(listed -> 'parts'), 0) > 0", persisted=True)
    )
    #: Those of every scan that found the book, to be asked once it is described; None as soon as anybody wants it
    #: without filters.
    filters: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))


class QueueItem(WorkColumns, Base):
    """A book's place in the queue. ``progress`` counts bytes that are safely on disk.

    That there is one per audiobook is the index ``uq_queue_items_audiobook_id``, made by a
    migration of its own because installations may have to merge duplicates first.
    """

    __tablename__ = "queue_items"

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            Index("uq_queue_items_audiobook_id", "audiobook_id", unique=True),
            Index("ix_queue_items_status", "status", "id"),
            Index("ix_queue_items_urgency", text("(-urgency(priority, rank))"), "id"),
            Index("ix_queue_items_status_urgency", "status", text("(-urgency(priority, rank))"), "id"),
            Index("ix_queue_items_rank", "rank", postgresql_where=text("rank IS NOT NULL")),
            Index("ix_queue_items_title", "title_key", "id"),
            Index("ix_queue_items_status_title", "status", "title_key", "id"),
            Index("ix_queue_items_overlong", "id", postgresql_where=text("is_overlong")),
            Index(
                "ix_queue_items_held",
                text("urgency(priority, rank) DESC"),
                "id",
                postgresql_where=text("status = 'paused' AND wait_reason IS NOT NULL"),
            ),
            Index(
                "ix_queue_items_hours_waived",
                text("urgency(priority, rank) DESC"),
                "id",
                postgresql_where=text("hours_waived_at IS NOT NULL AND status = 'queued'"),
            ),
            *work_table_args("queue_items"),
        )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    audiobook_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("audiobooks.id", ondelete="CASCADE"))
    stage: Mapped[DownloadStage] = mapped_column(Text, server_default=DownloadStage.METADATA.value)
    bytes_total: Mapped[int | None] = mapped_column(BigInteger)
    parts_done: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    parts_total: Mapped[int | None] = mapped_column(Integer)
    bytes_per_second: Mapped[float | None] = mapped_column(Double)
    is_overlong: Mapped[bool] = mapped_column(Boolean, server_default=false())  #: outlives its time, perhaps endless
    is_refetch: Mapped[bool] = mapped_column(Boolean, server_default=false())  #: fetch even though a file is there
    is_kept_anyway: Mapped[bool] = mapped_column(Boolean, server_default=false())  #: by a person, though not whole
    title_key: Mapped[str] = mapped_column(Text, server_default="")  #: what sorting by title goes by; kept by triggers
    deleted_at: Mapped[datetime | None] = mapped_column(Timestamp)  #: a tombstone: goes when the bytes have stopped
    room_waived_at: Mapped[datetime | None] = mapped_column(Timestamp)  #: a person wants it, though it may not fit
    #: A person wants it outside of the download hours, too.
    hours_waived_at: Mapped[datetime | None] = mapped_column(Timestamp)
    speed_limit_kb: Mapped[int | None] = mapped_column(Integer)  #: kilobytes a second, at most
    limited_by: Mapped[str | None] = mapped_column(Text)  #: whose limit slows it now: "book", "all"; else nobody's

    audiobook: Mapped[Audiobook] = relationship(lazy="raise")


queue_counts = Table(
    "queue_counts",
    Base.metadata,
    Column("status", Text, nullable=False),
    Column("items", BigInteger, nullable=False),
    info={
        "about": "Changes of the number of queue items by status, written by triggers and folded by the sweep; exact."
    },
)


class QueueControl(Base):
    """One row: whether downloads are paused, and how many may run at once."""

    __tablename__ = "queue_control"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("max_concurrent_downloads > 0", name="limit_positive"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, server_default=text("1"))
    is_paused: Mapped[bool] = mapped_column(Boolean, server_default=false())
    max_concurrent_downloads: Mapped[int] = mapped_column(Integer, server_default=text("3"))
    limit_from_env: Mapped[int | None] = mapped_column(Integer)  #: the variable's value when it last changed the limit
    #: The download hours that it is, or that come next: from when (None: now), until when (None: for ever).
    hours_from: Mapped[datetime | None] = mapped_column(Timestamp)
    hours_until: Mapped[datetime | None] = mapped_column(Timestamp)


class RemovedItem(Base):
    """An item that was taken out of the queue lately, by its book: of several removals, the last one."""

    __tablename__ = "removed_items"
    __table_args__ = (
        Index("ix_removed_items_item_id", "item_id"),
        Index("ix_removed_items_removal", "removal", "item_id"),
        Index("ix_removed_items_removed_at", "removed_at"),
    )

    audiobook_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audiobooks.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[int] = mapped_column(BigInteger)
    removal: Mapped[UUID]  #: which order took it out
    removed_at: Mapped[datetime] = mapped_column(Timestamp, server_default=func.now())
    item: Mapped[dict[str, Any]] = mapped_column(JSONB)  #: its row, as it is to come back
