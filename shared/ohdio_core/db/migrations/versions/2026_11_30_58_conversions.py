"""Conversions of books in the library: orders of their own, beside the downloads; the files that they replaced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

_TABLES = ("audiobooks", "scrapes", "follows")
_FORMER = "form IN ('original', 'm4b', 'mp3')"
_FORMS = "form IN ('original', 'm4b', 'mp3', 'm4b-32k', 'm4b-48k', 'm4b-64k', 'm4b-96k', 'm4b-128k')"


def upgrade() -> None:
    for table in _TABLES:
        op.drop_constraint(op.f(f"ck_{table}_form_known"), table)
        op.create_check_constraint("form_known", table, _FORMS)
    op.create_table(
        "conversions",
        sa.Column("audiobook_id", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
        sa.Column("is_paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("seconds_done", sa.Double(), nullable=False, server_default="0"),
        sa.Column("seconds_total", sa.Double(), nullable=True),
        sa.Column("holder", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wait_reason", sa.Text(), nullable=True),
        sa.Column("wait_message", JSONB(none_as_null=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("error_message", JSONB(none_as_null=True), nullable=True),
        sa.CheckConstraint(_FORMS, name="form_known"),
        sa.ForeignKeyConstraint(
            ["audiobook_id"], ["audiobooks.id"], name="fk_conversions_audiobook_id_audiobooks", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audiobook_id", name="pk_conversions"),
    )
    op.create_table(
        "encoding_speeds",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("speed", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("host", name="pk_encoding_speeds"),
    )
    op.create_table(
        "replaced_forms",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("audiobook_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("files", JSONB(), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("files_revision", sa.BigInteger(), nullable=False),
        sa.Column("trashed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.ForeignKeyConstraint(
            ["audiobook_id"], ["audiobooks.id"], name="fk_replaced_forms_audiobook_id_audiobooks", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_replaced_forms"),
        sa.UniqueConstraint("key", name="uq_replaced_forms_key"),
    )
    op.create_index("ix_replaced_forms_audiobook_id", "replaced_forms", ["audiobook_id"])
    # What was ordered and is not done yet.
    op.execute("INSERT INTO conversions (audiobook_id, form) SELECT id, form FROM audiobooks WHERE is_converted")
    op.drop_index("ix_audiobooks_converted", "audiobooks")
    op.drop_column("audiobooks", "is_converted")


def downgrade() -> None:
    op.add_column("audiobooks", sa.Column("is_converted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_audiobooks_converted", "audiobooks", ["id"], postgresql_where=sa.text("is_converted"))
    for table in _TABLES:
        op.execute(f"UPDATE {table} SET form = 'm4b' WHERE form LIKE 'm4b-%'")
    op.execute(
        "UPDATE audiobooks SET is_converted = true FROM conversions "
        "WHERE audiobook_id = audiobooks.id AND failed_at IS NULL AND conversions.form IN ('m4b', 'mp3')"
    )
    op.drop_table("replaced_forms")
    op.drop_table("encoding_speeds")
    op.drop_table("conversions")
    for table in reversed(_TABLES):
        op.drop_constraint(op.f(f"ck_{table}_form_known"), table)
        op.create_check_constraint("form_known", table, _FORMER)
