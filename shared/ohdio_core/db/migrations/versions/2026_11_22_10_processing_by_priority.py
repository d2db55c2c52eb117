"""The rows in hand in the order in which claims look at them.

Rows come into this index and leave it at every step of the work, and what has left is only skipped, and cleared
away, by scans in the index's own order: by id every claim read a thousand entries of the past.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TABLES = ("scrapes", "extractions", "queue_items")


def upgrade() -> None:
    _index(sa.text("priority DESC"), "id")


def downgrade() -> None:
    _index("id")


def _index(*columns: str | sa.TextClause) -> None:
    for table in _TABLES:
        op.drop_index(f"ix_{table}_processing", table_name=table)
        op.create_index(
            f"ix_{table}_processing", table, list(columns), postgresql_where=sa.text("status = 'processing'")
        )
