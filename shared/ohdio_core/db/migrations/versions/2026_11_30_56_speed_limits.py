"""How fast downloads may be: each for itself, and all of them together over the processes that share the limit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("queue_items", "scrapes"):
        op.add_column(table, sa.Column("speed_limit_kb", sa.Integer()))
    op.add_column("queue_items", sa.Column("limited_by", sa.Text()))
    op.create_table(
        "transfer_shares",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Double(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("transfer_shares")
    op.drop_column("queue_items", "limited_by")
    for table in ("queue_items", "scrapes"):
        op.drop_column(table, "speed_limit_kb")
