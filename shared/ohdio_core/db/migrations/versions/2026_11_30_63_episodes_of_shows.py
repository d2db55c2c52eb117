"""Which books are filed as the episodes of a show, and which follows have theirs filed so.

Books of follows that exist stay in folders of their own, as they were ordered.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audiobooks", sa.Column("episode_of", sa.Text()))
    op.add_column("follows", sa.Column("as_show", sa.Boolean()))
    op.execute("UPDATE follows SET as_show = false")


def downgrade() -> None:
    op.drop_column("follows", "as_show")
    op.drop_column("audiobooks", "episode_of")
