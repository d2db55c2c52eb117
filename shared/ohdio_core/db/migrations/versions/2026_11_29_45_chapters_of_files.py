"""The chapters of files in the library, so that pages list them and the player finds them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("book_files", sa.Column("chapters", JSONB()))


def downgrade() -> None:
    op.drop_column("book_files", "chapters")
