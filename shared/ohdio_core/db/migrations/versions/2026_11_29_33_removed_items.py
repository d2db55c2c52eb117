"""What was removed from the queue lately, so that it can be put back as it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "removed_items",
        sa.Column("audiobook_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("removal", sa.Uuid(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("item", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audiobook_id"], ["audiobooks.id"], name="fk_removed_items_audiobook_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audiobook_id", name="pk_removed_items"),
    )
    op.create_index("ix_removed_items_item_id", "removed_items", ["item_id"])
    op.create_index("ix_removed_items_removal", "removed_items", ["removal", "item_id"])
    op.create_index("ix_removed_items_removed_at", "removed_items", ["removed_at"])


def downgrade() -> None:
    op.drop_table("removed_items")
