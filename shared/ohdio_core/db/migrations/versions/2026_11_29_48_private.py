"""Listings that are followed privately, and what they name, encrypted with a key that the database has not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "naming_key",
        sa.Column("id", sa.SmallInteger(), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name="only_one"),
        sa.PrimaryKeyConstraint("id", name="pk_naming_key"),
    )
    op.create_table(
        "private_listings",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_private_listings"),
        sa.UniqueConstraint("identity", name="uq_private_listings_identity"),
    )
    op.create_table(
        "private_addresses",
        sa.Column("follow", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow"],
            ["private_listings.id"],
            name="fk_private_addresses_follow_private_listings",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("follow", "name", name="pk_private_addresses"),
    )


def downgrade() -> None:
    op.drop_table("private_addresses")
    op.drop_table("private_listings")
    op.drop_table("naming_key")
