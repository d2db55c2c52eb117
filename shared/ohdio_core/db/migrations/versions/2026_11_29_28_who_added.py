"""Which of the books that a scan found it added, so that a wrong listing can be taken out again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nobody knows it of scans of before: nothing is taken out with them.
    op.add_column("scrape_books", sa.Column("is_new", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("scrape_books", "is_new")
