"""Folders of books that people had before: what was found in them, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "folder_imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("is_moved", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("step", sa.Text(), nullable=False, server_default="reading"),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("error_message", JSONB(none_as_null=True), nullable=True),
        sa.CheckConstraint("step IN ('reading', 'read', 'filing')", name="step_known"),
        sa.PrimaryKeyConstraint("id", name="pk_folder_imports"),
    )
    op.create_index(
        "uq_folder_imports_under_way",
        "folder_imports",
        [sa.text("(ended_at IS NULL)")],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "found_books",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("authors", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("others", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("audiobook_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("message", JSONB(none_as_null=True), nullable=True),
        sa.Column("is_wanted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("verdict IN ('have', 'known', 'unsure', 'new', 'refused')", name="verdict_known"),
        sa.ForeignKeyConstraint(
            ["audiobook_id"], ["audiobooks.id"], name="fk_found_books_audiobook_id_audiobooks", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["folder_imports.id"], name="fk_found_books_import_id_folder_imports", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_found_books"),
    )
    op.create_index("ix_found_books_import_id", "found_books", ["import_id", "id"])


def downgrade() -> None:
    op.drop_table("found_books")
    op.drop_table("folder_imports")
