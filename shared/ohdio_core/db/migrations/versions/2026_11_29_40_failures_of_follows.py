"""Failed checks of follows are counted by the engine, as those of other work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE follows SET setbacks = failures")
    op.drop_column("follows", "failures")


def downgrade() -> None:
    op.add_column("follows", sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute("UPDATE follows SET failures = setbacks")
