"""The day on which a book appeared, its ISBN, and Amazon's number of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audiobooks", sa.Column("published_on", sa.Date()))
    op.add_column("audiobooks", sa.Column("isbn", sa.Text()))
    op.add_column("audiobooks", sa.Column("asin", sa.Text()))


def downgrade() -> None:
    for column in ("published_on", "isbn", "asin"):
        op.drop_column("audiobooks", column)
