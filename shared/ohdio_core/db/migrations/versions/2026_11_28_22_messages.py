"""The ids and values of the sentences that people read, so that they can be said in other languages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_WORK = ("scrapes", "extractions", "queue_items")
_COLUMNS = [
    *((table, name) for table in _WORK for name in ("wait_message", "error_message")),
    ("hosts", "closed_message"),
]


def upgrade() -> None:
    for table, name in _COLUMNS:
        op.add_column(table, sa.Column(name, postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    for table, name in _COLUMNS:
        op.drop_column(table, name)
