"""What a held follow was compared with is in no other folder's way; books are indexed as catalogues list them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("uq_folder_imports_under_way", "folder_imports")
    op.create_index(
        "uq_folder_imports_reading",
        "folder_imports",
        [sa.text("(ended_at IS NULL)")],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND step = 'reading'"),
    )
    op.create_index(
        "ix_audiobooks_filed_at",
        "audiobooks",
        [sa.text("coalesce(filed_at, created_at) DESC"), sa.text("id DESC")],
        postgresql_where=sa.text("library_path IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_audiobooks_filed_at", "audiobooks")
    op.drop_index("uq_folder_imports_reading", "folder_imports")
    op.execute(
        "UPDATE folder_imports SET ended_at = now() WHERE ended_at IS NULL "
        "AND id <> (SELECT max(id) FROM folder_imports WHERE ended_at IS NULL)"
    )
    op.create_index(
        "uq_folder_imports_under_way",
        "folder_imports",
        [sa.text("(ended_at IS NULL)")],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
