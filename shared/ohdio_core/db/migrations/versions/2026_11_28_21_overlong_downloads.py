"""Which downloads outlive their time, and may have no end: they hold few slots."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queue_items", sa.Column("is_overlong", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_queue_items_overlong", "queue_items", ["id"], postgresql_where=sa.text("is_overlong"))


def downgrade() -> None:
    op.drop_index("ix_queue_items_overlong", table_name="queue_items")
    op.drop_column("queue_items", "is_overlong")
