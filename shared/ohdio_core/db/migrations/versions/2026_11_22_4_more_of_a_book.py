"""What some sources know besides: whom a book is for, how many pages it has, chapters and readers of its parts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audiobooks", sa.Column("audience", sa.Text()))
    op.add_column("audiobooks", sa.Column("page_count", sa.Integer()))
    op.add_column("book_parts", sa.Column("extras", JSONB()))


def downgrade() -> None:
    op.drop_column("book_parts", "extras")
    op.drop_column("audiobooks", "page_count")
    op.drop_column("audiobooks", "audience")
