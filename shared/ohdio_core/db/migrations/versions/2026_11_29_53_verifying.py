"""Verifying the library: how far one has come, which files are lost or damaged, and a checksum of each file's sound."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("book_files", sa.Column("sound_sha256", sa.Text(), nullable=True))
    op.create_table(
        "verifications",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("books", sa.ARRAY(sa.BigInteger()), nullable=True),
        sa.Column("q", sa.Text(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_complete", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("books_total", sa.Integer(), nullable=False),
        sa.Column("books_done", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("files_done", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("bytes_done", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("edited", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("last_book", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("last_file", sa.Integer(), nullable=False, server_default="-1"),
        sa.Column("holder", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wait_reason", sa.Text(), nullable=True),
        sa.Column("wait_message", JSONB(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_verifications"),
    )
    op.create_index(
        "uq_verifications_under_way",
        "verifications",
        [sa.text("(ended_at IS NULL)")],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "file_faults",
        sa.Column("audiobook_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("kind IN ('lost', 'damaged', 'unreadable')", name="kind_known"),
        sa.ForeignKeyConstraint(
            ["audiobook_id"], ["audiobooks.id"], name="fk_file_faults_audiobook_id_audiobooks", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audiobook_id", "name", name="pk_file_faults"),
    )


def downgrade() -> None:
    op.drop_table("file_faults")
    op.drop_table("verifications")
    op.drop_column("book_files", "sound_sha256")
