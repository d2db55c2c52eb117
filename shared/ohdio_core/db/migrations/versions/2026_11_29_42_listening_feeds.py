"""Addresses by which podcast apps hear parts of the library, and when books came into it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audiobooks", sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "listening_feeds",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("listener_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("scope IN ('library', 'author', 'series', 'book', 'follow')", name="scope_known"),
        sa.CheckConstraint("(scope = 'library') = (value IS NULL)", name="value_of_a_part"),
        sa.ForeignKeyConstraint(
            ["listener_id"], ["listeners.id"], name="fk_listening_feeds_listener_id_listeners", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_listening_feeds"),
        sa.UniqueConstraint("key", name="uq_listening_feeds_key"),
    )
    op.create_index("ix_listening_feeds_listener_id", "listening_feeds", ["listener_id"])


def downgrade() -> None:
    op.drop_table("listening_feeds")
    op.drop_column("audiobooks", "filed_at")
