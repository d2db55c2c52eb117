"""What the speed of a follow was before is known until the new one is passed on to all its books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "follows",
        sa.Column("speeds_before", postgresql.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("follows", "speeds_before")
