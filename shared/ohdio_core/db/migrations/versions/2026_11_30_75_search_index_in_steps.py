"""New books come into the search index a megabyte at a time, which stops whoever adds one for a quarter as long."""

from __future__ import annotations

from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER INDEX ix_audiobooks_words SET (gin_pending_list_limit = 1024)")


def downgrade() -> None:
    op.execute("ALTER INDEX ix_audiobooks_words RESET (gin_pending_list_limit)")
