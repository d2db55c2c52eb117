"""What of a listing is wanted, and what was skipped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scrapes", sa.Column("filters", JSONB()))
    op.add_column("scrapes", sa.Column("skipped", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("extractions", sa.Column("filters", JSONB()))
    op.create_table(
        "skipped_books",
        sa.Column("scrape_id", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scrape_id"], ["scrapes.id"], ondelete="CASCADE", name=op.f("fk_skipped_books_scrape_id")
        ),
        sa.PrimaryKeyConstraint("scrape_id", "url", name=op.f("pk_skipped_books")),
    )


def downgrade() -> None:
    op.drop_table("skipped_books")
    op.drop_column("extractions", "filters")
    op.drop_column("scrapes", "skipped")
    op.drop_column("scrapes", "filters")
