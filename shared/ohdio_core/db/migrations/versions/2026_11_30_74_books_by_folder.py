"""Books are gone through in the order of their folders without sorting all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_audiobooks_library_path",
        "audiobooks",
        [sa.text("left(library_path, 500)"), "id"],
        postgresql_where=sa.text("library_path IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_audiobooks_library_path", "audiobooks")
