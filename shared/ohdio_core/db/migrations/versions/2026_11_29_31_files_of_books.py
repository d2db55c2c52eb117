"""The files of books that are in the library, with their checksums."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "book_files",
        sa.Column("audiobook_id", sa.BigInteger(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("duration_seconds", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["audiobook_id"], ["audiobooks.id"], name="fk_book_files_audiobook_id_audiobooks", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audiobook_id", "index", name="pk_book_files"),
    )


def downgrade() -> None:
    op.drop_table("book_files")
