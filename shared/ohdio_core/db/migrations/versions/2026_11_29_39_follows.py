"""Listings that are followed, and the books that were met in each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

# As on every table of work: see the functions.
_TRIGGERS = """
    CREATE TRIGGER note_due_rows AFTER INSERT ON follows REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION note_due_rows('following');
    COMMENT ON TRIGGER note_due_rows ON follows IS 'See note_due_rows; once a statement, however many rows it writes.';
    CREATE TRIGGER note_changed_rows AFTER UPDATE ON follows REFERENCING OLD TABLE AS former NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION note_changed_rows('following');
    COMMENT ON TRIGGER note_changed_rows ON follows
        IS 'See note_changed_rows; once a statement, however many rows it writes.';
"""

_URGENCY: sa.ColumnClause[str] = sa.literal_column("urgency(priority, rank) DESC")


def upgrade() -> None:
    op.create_table(
        "follows",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("take", sa.Text(), nullable=False),
        sa.Column("newest", sa.Integer()),
        sa.Column("filters", postgresql.JSONB()),
        sa.Column("most_per_check", sa.Integer()),
        sa.Column("most_bytes", sa.BigInteger()),
        sa.Column("check_every", sa.Interval()),
        sa.Column("quiet_for", sa.Interval()),
        sa.Column("skipped_hours", postgresql.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("has_begun", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.Column("found_at", sa.DateTime(timezone=True)),
        sa.Column("validators", postgresql.JSONB()),
        sa.Column("note", sa.Text()),
        sa.Column("note_message", postgresql.JSONB()),
        *_work_columns(),
        *_work_constraints(),
        sa.CheckConstraint("take IN ('everything', 'newest', 'new')", name=op.f("ck_follows_take_known")),
        sa.CheckConstraint("(take = 'newest') = (newest IS NOT NULL)", name=op.f("ck_follows_newest_has_a_number")),
        sa.PrimaryKeyConstraint("id", name="pk_follows"),
        sa.UniqueConstraint("source", "external_id", name="uq_follows_source_external_id"),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index("ix_follows_url", "follows", ["url"])
    _create_work_indexes()
    op.execute(_TRIGGERS)
    op.create_table(
        "followed_books",
        sa.Column("follow_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("audiobook_id", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["audiobook_id"], ["audiobooks.id"], name="fk_followed_books_audiobook_id_audiobooks", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["follow_id"], ["follows.id"], name="fk_followed_books_follow_id_follows", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("follow_id", "external_id", name="pk_followed_books"),
    )
    op.create_index("ix_followed_books_audiobook_id", "followed_books", ["audiobook_id"])


def downgrade() -> None:
    op.drop_table("followed_books")
    op.drop_table("follows")


def _work_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("status", sa.Text(), server_default="queued", nullable=False),
        sa.Column("is_ready", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("priority", sa.Integer(), server_default=sa.text("5"), nullable=False),
        sa.Column("rank", sa.BigInteger()),
        sa.Column("politeness_key", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("max_attempts", sa.Integer(), server_default=sa.text("5"), nullable=False),
        sa.Column("setbacks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True)),
        sa.Column("admitted_at", sa.DateTime(timezone=True)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("lease_token", sa.Uuid()),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("worker_id", sa.Uuid()),
        sa.Column("stop_requested", sa.Text()),
        sa.Column("progress", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("best_progress", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("wait_reason", sa.Text()),
        sa.Column("wait_message", postgresql.JSONB()),
        sa.Column("needs_person", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("error_message", postgresql.JSONB()),
        sa.Column("trace_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()")),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
    )


def _work_constraints() -> tuple[sa.CheckConstraint, ...]:
    conditions = {
        "attempts_not_negative": "attempts >= 0",
        "lease_has_an_end": "(lease_token IS NULL) = (lease_until IS NULL)",
        "lease_only_while_processing": "lease_token IS NULL OR status = 'processing'",
        "max_attempts_positive": "max_attempts > 0",
        "priority_not_negative": "priority >= 0",
        "status_known": "status IN ('queued', 'processing', 'paused', 'completed', 'failed', 'cancelled')",
    }
    return tuple(
        sa.CheckConstraint(condition, name=op.f(f"ck_follows_{name}")) for name, condition in conditions.items()
    )


def _create_work_indexes() -> None:
    due = sa.text("status = 'queued' AND is_ready AND next_attempt_at IS NULL")
    later = sa.text("status = 'queued' AND next_attempt_at IS NOT NULL")
    op.create_index("ix_follows_due", "follows", ["politeness_key", _URGENCY, "id"], postgresql_where=due)
    op.create_index("ix_follows_later", "follows", ["next_attempt_at"], postgresql_where=later)
    op.create_index("ix_follows_needs_person", "follows", ["id"], postgresql_where=sa.text("needs_person"))
    is_processing = sa.text("status = 'processing'")
    op.create_index("ix_follows_processing", "follows", [_URGENCY, "id"], postgresql_where=is_processing)
