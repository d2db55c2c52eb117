"""Which books people removed, so that scans leave them out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unwanted_books",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unwanted_books")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_unwanted_books_source_external_id")),
    )
    op.create_index("ix_unwanted_books_url", "unwanted_books", ["url"])
    op.create_table(
        "unwanted_finds",
        sa.Column("scrape_id", sa.BigInteger(), nullable=False),
        sa.Column("unwanted_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scrape_id"], ["scrapes.id"], ondelete="CASCADE", name=op.f("fk_unwanted_finds_scrape_id")
        ),
        sa.ForeignKeyConstraint(
            ["unwanted_id"], ["unwanted_books.id"], ondelete="CASCADE", name=op.f("fk_unwanted_finds_unwanted_id")
        ),
        sa.PrimaryKeyConstraint("scrape_id", "unwanted_id", name=op.f("pk_unwanted_finds")),
    )
    op.create_index("ix_unwanted_finds_unwanted_id", "unwanted_finds", ["unwanted_id"])
    op.add_column("scrapes", sa.Column("unwanted", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("scrapes", sa.Column("brings_back", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("scrapes", "brings_back")
    op.drop_column("scrapes", "unwanted")
    op.drop_table("unwanted_finds")
    op.drop_table("unwanted_books")
