"""The first schema: books, their parts, three kinds of work, control, workers, pacing."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _work_columns() -> tuple[sa.Column[Any], ...]:
    """What the engine keeps of a piece of work; columns belong to one table, so they are made anew each time."""
    return (
        sa.Column("status", sa.Text(), server_default="queued", nullable=False),
        sa.Column("is_ready", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("priority", sa.Integer(), server_default=sa.text("5"), nullable=False),
        sa.Column("politeness_key", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("max_attempts", sa.Integer(), server_default=sa.text("5"), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("stop_requested", sa.Text(), nullable=True),
        sa.Column("progress", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("best_progress", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("wait_reason", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
    )


def _work_constraints(table: str) -> tuple[sa.CheckConstraint, ...]:
    return (
        sa.CheckConstraint(
            "lease_token IS NULL OR status = 'processing'", name=op.f(f"ck_{table}_lease_only_while_processing")
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'processing', 'paused', 'completed', 'failed', 'cancelled')",
            name=op.f(f"ck_{table}_status_known"),
        ),
        sa.CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name=op.f(f"ck_{table}_lease_has_an_end")),
        sa.CheckConstraint("attempts >= 0", name=op.f(f"ck_{table}_attempts_not_negative")),
        sa.CheckConstraint("max_attempts > 0", name=op.f(f"ck_{table}_max_attempts_positive")),
        sa.CheckConstraint("priority >= 0", name=op.f(f"ck_{table}_priority_not_negative")),
    )


def _create_work_indexes(table: str) -> None:
    op.create_index(
        f"ix_{table}_due",
        table,
        ["politeness_key", sa.text("priority DESC"), "id"],
        postgresql_where=sa.text("status = 'queued' AND is_ready AND next_attempt_at IS NULL"),
    )
    op.create_index(
        f"ix_{table}_later",
        table,
        ["next_attempt_at"],
        postgresql_where=sa.text("status = 'queued' AND next_attempt_at IS NOT NULL"),
    )
    op.create_index(f"ix_{table}_processing", table, ["id"], postgresql_where=sa.text("status = 'processing'"))


def upgrade() -> None:
    op.create_table(
        "audiobooks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("authors", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("narrators", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("published_year", sa.Integer(), nullable=True),
        sa.Column("genre", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("series_position", sa.Text(), nullable=True),
        sa.Column("cover_url", sa.Text(), nullable=True),
        sa.Column("duration_seconds", sa.Double(), nullable=True),
        sa.Column("library_path", sa.Text(), nullable=True),
        sa.Column("file_size", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audiobooks")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_audiobooks_source_external_id")),
        sa.UniqueConstraint("url", name=op.f("uq_audiobooks_url")),
    )
    op.create_index("ix_audiobooks_created_at", "audiobooks", ["created_at", "id"], unique=False)
    op.create_index("ix_audiobooks_title", "audiobooks", [sa.text("lower(coalesce(title, ''))"), "id"])
    op.create_table(
        "hosts",
        sa.Column("politeness_key", sa.Text(), nullable=False),
        sa.Column("next_slot_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("politeness_key", name=op.f("pk_hosts")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "queue_control",
        sa.Column("id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("is_paused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("max_concurrent_downloads", sa.Integer(), server_default=sa.text("3"), nullable=False),
        sa.Column("limit_from_env", sa.Integer(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_queue_control_one_row")),
        sa.CheckConstraint("max_concurrent_downloads > 0", name=op.f("ck_queue_control_limit_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_control")),
    )
    op.create_table(
        "scrapes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("found", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("new", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("known", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_dismissed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        *_work_columns(),
        *_work_constraints("scrapes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scrapes")),
        postgresql_with={"fillfactor": 80},
    )
    _create_work_indexes("scrapes")
    op.create_index(
        "uq_scrapes_url_unfinished",
        "scrapes",
        ["url"],
        unique=True,
        postgresql_where=sa.text("status IN ('queued', 'processing')"),
    )
    op.create_table(
        "turns",
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("politeness_key", sa.Text(), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("stage", "politeness_key", name=op.f("pk_turns")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("threads", sa.Integer(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "book_parts",
        sa.Column("audiobook_id", sa.BigInteger(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("duration_seconds", sa.Double(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["audiobook_id"], ["audiobooks.id"], name=op.f("fk_book_parts_audiobook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audiobook_id", "index", name=op.f("pk_book_parts")),
    )
    op.create_table(
        "extractions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("listed", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        *_work_columns(),
        *_work_constraints("extractions"),
        sa.ForeignKeyConstraint(["id"], ["audiobooks.id"], name=op.f("fk_extractions_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extractions")),
        postgresql_with={"fillfactor": 80},
    )
    _create_work_indexes("extractions")
    op.create_table(
        "queue_items",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("audiobook_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Text(), server_default="metadata", nullable=False),
        sa.Column("bytes_total", sa.BigInteger(), nullable=True),
        sa.Column("parts_done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("parts_total", sa.Integer(), nullable=True),
        sa.Column("bytes_per_second", sa.Double(), nullable=True),
        sa.Column("is_refetch", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        *_work_columns(),
        *_work_constraints("queue_items"),
        sa.ForeignKeyConstraint(
            ["audiobook_id"], ["audiobooks.id"], name=op.f("fk_queue_items_audiobook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_items")),
        postgresql_with={"fillfactor": 80},
    )
    _create_work_indexes("queue_items")
    op.create_index("ix_queue_items_status", "queue_items", ["status", "id"], unique=False)
    op.create_index("ix_queue_items_priority", "queue_items", [sa.text("(-priority)"), "id"])
    op.execute("INSERT INTO queue_control (id) VALUES (1)")


def downgrade() -> None:
    for table in (
        "queue_items",
        "extractions",
        "book_parts",
        "workers",
        "turns",
        "scrapes",
        "queue_control",
        "hosts",
        "audiobooks",
    ):
        op.drop_table(table)
