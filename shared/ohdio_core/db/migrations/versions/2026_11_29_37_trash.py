"""Books that were deleted with their files, so that they can be put back for some days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trashed_books",
        sa.Column("audiobook_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("authors", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("removal", sa.Uuid(), nullable=False),
        sa.Column("trashed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("record", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("audiobook_id", name="pk_trashed_books"),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_trashed_books_source_external_id")),
    )
    op.create_index("ix_trashed_books_url", "trashed_books", ["url"])
    op.create_index("ix_trashed_books_removal", "trashed_books", ["removal"])
    op.create_index("ix_trashed_books_trashed_at", "trashed_books", ["trashed_at"])


def downgrade() -> None:
    op.drop_table("trashed_books")
