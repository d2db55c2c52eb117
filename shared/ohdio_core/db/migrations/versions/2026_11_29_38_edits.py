"""What people say of books, which later descriptions leave alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audiobooks", sa.Column("edited", sa.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.add_column("audiobooks", sa.Column("revision", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("audiobooks", sa.Column("files_revision", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index(
        "ix_audiobooks_old_tags", "audiobooks", ["id"], postgresql_where=sa.text("revision > files_revision")
    )


def downgrade() -> None:
    op.drop_index("ix_audiobooks_old_tags", "audiobooks")
    for name in ("files_revision", "revision", "edited"):
        op.drop_column("audiobooks", name)
