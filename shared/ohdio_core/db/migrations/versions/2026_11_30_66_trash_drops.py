"""What is to be deleted from the trash for good: the files go after the transaction that says so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trash_drops",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.PrimaryKeyConstraint("key", name="pk_trash_drops"),
    )


def downgrade() -> None:
    op.drop_table("trash_drops")
