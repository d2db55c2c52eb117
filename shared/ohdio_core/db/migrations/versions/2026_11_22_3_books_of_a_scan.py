"""Which books a scan has found, so that people can ask what became of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scrape_books",
        sa.Column("scrape_id", sa.BigInteger(), nullable=False),
        sa.Column("audiobook_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scrape_id"], ["scrapes.id"], name=op.f("fk_scrape_books_scrape_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["audiobook_id"], ["audiobooks.id"], name=op.f("fk_scrape_books_audiobook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scrape_id", "audiobook_id", name=op.f("pk_scrape_books")),
    )
    op.create_index("ix_scrape_books_audiobook_id", "scrape_books", ["audiobook_id"])


def downgrade() -> None:
    op.drop_table("scrape_books")
