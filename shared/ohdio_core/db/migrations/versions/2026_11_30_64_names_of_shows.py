"""The name that the show of a follow has had since its first episode, so that no book is looked at for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follows", sa.Column("show", sa.Text()))
    op.execute(
        """
        UPDATE follows SET show = last.episode_of
        FROM (
            SELECT DISTINCT ON (met.follow_id) met.follow_id, book.episode_of
            FROM audiobooks AS book JOIN followed_books AS met ON met.audiobook_id = book.id
            WHERE book.episode_of IS NOT NULL ORDER BY met.follow_id, book.id DESC
        ) AS last
        WHERE last.follow_id = follows.id
        """
    )


def downgrade() -> None:
    op.drop_column("follows", "show")
