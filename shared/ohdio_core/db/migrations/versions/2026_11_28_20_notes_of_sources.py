"""What people should know of a book by what its source tells, apart from what its files do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audiobooks", sa.Column("source_note", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("audiobooks", "source_note")
