"""What scans left out of their listings, and what people should know of these."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scrapes", sa.Column("left_out", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False))
    op.add_column("scrapes", sa.Column("note", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("scrapes", "note")
    op.drop_column("scrapes", "left_out")
