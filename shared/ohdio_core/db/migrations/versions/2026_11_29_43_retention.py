"""What follows keep of the books that they have added, and why a book is in the trash."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follows", sa.Column("keep_newest", sa.Integer()))
    op.add_column("follows", sa.Column("keep_for", sa.Interval()))
    op.add_column("follows", sa.Column("has_left", sa.Boolean(), server_default=sa.false(), nullable=False))
    keeps_some = sa.text("keep_newest IS NOT NULL OR keep_for IS NOT NULL")
    op.create_index("ix_follows_keeps", "follows", ["id"], postgresql_where=keeps_some)
    op.add_column("followed_books", sa.Column("published", sa.DateTime(timezone=True)))
    op.add_column("followed_books", sa.Column("newness", sa.BigInteger()))
    op.add_column("followed_books", sa.Column("is_spared", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE followed_books SET newness = audiobook_id WHERE audiobook_id IS NOT NULL")
    op.create_index("ix_followed_books_external_id", "followed_books", ["external_id"])
    op.add_column("trashed_books", sa.Column("reason", sa.Text()))
    op.add_column("trashed_books", sa.Column("reason_message", postgresql.JSONB()))


def downgrade() -> None:
    for name in ("reason_message", "reason"):
        op.drop_column("trashed_books", name)
    op.drop_index("ix_followed_books_external_id", "followed_books")
    for name in ("is_spared", "newness", "published"):
        op.drop_column("followed_books", name)
    op.drop_index("ix_follows_keeps", "follows")
    for name in ("has_left", "keep_for", "keep_newest"):
        op.drop_column("follows", name)
