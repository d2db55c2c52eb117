"""A follow may take what appeared from a day on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

_FROM_A_DAY = "ck_follows_new_from_a_day"


def upgrade() -> None:
    op.add_column("follows", sa.Column("from_day", sa.Date()))
    op.create_check_constraint(op.f(_FROM_A_DAY), "follows", "from_day IS NULL OR take = 'new'")


def downgrade() -> None:
    op.drop_constraint(op.f(_FROM_A_DAY), "follows")
    op.drop_column("follows", "from_day")
