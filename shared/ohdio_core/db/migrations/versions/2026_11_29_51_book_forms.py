"""What books are to be filed as: by themselves, by the scan that found them, or the follow that added them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_TABLES = ("audiobooks", "scrapes", "follows")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("form", sa.Text()))
        op.create_check_constraint("form_known", table, "form IN ('original', 'm4b', 'mp3')")
    op.add_column("audiobooks", sa.Column("is_converted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_audiobooks_converted", "audiobooks", ["id"], postgresql_where=sa.text("is_converted"))


def downgrade() -> None:
    op.drop_index("ix_audiobooks_converted", "audiobooks")
    op.drop_column("audiobooks", "is_converted")
    for table in reversed(_TABLES):
        op.drop_constraint(op.f(f"ck_{table}_form_known"), table)
        op.drop_column(table, "form")
