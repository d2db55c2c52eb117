"""What people have ordered: who, what and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("items", sa.BigInteger(), nullable=False, server_default="1"),
        sa.Column("audiobook_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["audiobook_id"], ["audiobooks.id"], name="fk_acts_audiobook_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_acts"),
    )
    op.create_index("ix_acts_audiobook_id", "acts", ["audiobook_id"])


def downgrade() -> None:
    op.drop_table("acts")
