"""Hours of the day in which books are downloaded, and what is collected outside of them all the same."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("hours_from", "hours_until"):
        op.add_column("queue_control", sa.Column(name, sa.TIMESTAMP(timezone=True)))
    op.add_column("queue_items", sa.Column("hours_waived_at", sa.TIMESTAMP(timezone=True)))
    op.create_index(
        "ix_queue_items_hours_waived",
        "queue_items",
        [sa.text("urgency(priority, rank) DESC"), "id"],
        postgresql_where=sa.text("hours_waived_at IS NOT NULL AND status = 'queued'"),
    )


def downgrade() -> None:
    op.drop_index("ix_queue_items_hours_waived", "queue_items")
    op.drop_column("queue_items", "hours_waived_at")
    for name in ("hours_from", "hours_until"):
        op.drop_column("queue_control", name)
