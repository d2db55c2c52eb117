"""Who listens, and how far they are in each book."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listeners",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_listeners"),
        sa.UniqueConstraint("name", name="uq_listeners_name"),
    )
    op.execute("INSERT INTO listeners DEFAULT VALUES")
    op.create_table(
        "positions",
        sa.Column("listener_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listener_id"], ["listeners.id"], name="fk_positions_listener_id_listeners", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("listener_id", "source", "external_id", name="pk_positions"),
    )


def downgrade() -> None:
    op.drop_table("positions")
    op.drop_table("listeners")
