"""How fast the books that a follow adds may come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follows", sa.Column("speed_limit_kb", sa.Integer()))


def downgrade() -> None:
    op.drop_column("follows", "speed_limit_kb")
