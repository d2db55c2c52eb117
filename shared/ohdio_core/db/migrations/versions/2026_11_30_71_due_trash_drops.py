"""What is next to be deleted from the trash is found without sorting all of it."""

from __future__ import annotations

from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_trash_drops_due_at", "trash_drops", ["due_at", "key"])


def downgrade() -> None:
    op.drop_index("ix_trash_drops_due_at", "trash_drops")
