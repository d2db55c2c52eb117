"""What people should know of a book that is complete all the same."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audiobooks", sa.Column("note", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("audiobooks", "note")
