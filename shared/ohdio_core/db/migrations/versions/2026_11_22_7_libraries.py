"""Which libraries hold books, so that one whose disk is not mounted is not taken for a new one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "libraries",
        sa.Column("location", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("location", name=op.f("pk_libraries")),
    )


def downgrade() -> None:
    op.drop_table("libraries")
