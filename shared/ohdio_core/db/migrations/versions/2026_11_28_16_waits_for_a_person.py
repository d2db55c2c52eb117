"""Which work waits until a person has mended something."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TABLES = ("scrapes", "extractions", "queue_items")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("needs_person", sa.Boolean(), server_default=sa.false(), nullable=False))
        op.create_index(f"ix_{table}_needs_person", table, ["id"], postgresql_where=sa.text("needs_person"))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_index(f"ix_{table}_needs_person", table_name=table)
        op.drop_column(table, "needs_person")
