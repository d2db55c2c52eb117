"""A plainer name for what tells that the listing of a book describes all of it."""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("extractions", "is_told", new_column_name="is_complete_from_listing")


def downgrade() -> None:
    op.alter_column("extractions", "is_complete_from_listing", new_column_name="is_told")
