"""Items that would not fit the disk are held: paused, with a wait reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queue_items", sa.Column("room_waived_at", sa.TIMESTAMP(timezone=True)))
    # What a person paused while it waited has kept the reason, of which nobody took notice.
    op.execute("UPDATE queue_items SET wait_reason = NULL, wait_message = NULL WHERE status = 'paused'")
    op.create_index(
        "ix_queue_items_held",
        "queue_items",
        [sa.text("urgency(priority, rank) DESC"), "id"],
        postgresql_where=sa.text("status = 'paused' AND wait_reason IS NOT NULL"),
    )


def downgrade() -> None:
    # Whatever the older version then finds, it can resume.
    op.drop_index("ix_queue_items_held", "queue_items")
    op.drop_column("queue_items", "room_waived_at")
