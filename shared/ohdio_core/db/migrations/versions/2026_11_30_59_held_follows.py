"""Follows that are held: what they list is compared with a folder before anything is fetched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follows", sa.Column("hold", sa.Text(), nullable=True))
    op.create_check_constraint("hold_known", "follows", "hold IN ('unread', 'read')")
    op.add_column("folder_imports", sa.Column("follow_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_folder_imports_follow_id_follows", "folder_imports", "follows", ["follow_id"], ["id"], ondelete="SET NULL"
    )


def downgrade() -> None:
    op.drop_constraint("fk_folder_imports_follow_id_follows", "folder_imports")
    op.drop_column("folder_imports", "follow_id")
    op.drop_constraint(op.f("ck_follows_hold_known"), "follows")
    op.drop_column("follows", "hold")
