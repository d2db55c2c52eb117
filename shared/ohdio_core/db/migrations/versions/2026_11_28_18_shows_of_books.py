"""What a book appeared in, where nobody is named as its author: it is filed under that name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audiobooks", sa.Column("show", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("audiobooks", "show")
