"""The ids and values of notes on books and listings, so that they can be said in other languages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_NULLABLE = [("audiobooks", "note_message"), ("audiobooks", "source_note_message"), ("scrapes", "note_message")]


def upgrade() -> None:
    for table, name in _NULLABLE:
        op.add_column(table, sa.Column(name, postgresql.JSONB(), nullable=True))
    op.add_column(
        "scrapes", sa.Column("left_out_messages", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("scrapes", "left_out_messages")
    for table, name in _NULLABLE:
        op.drop_column(table, name)
