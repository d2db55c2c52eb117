"""What is decided of a held follow is written down before what it held is forgotten, some at a time."""

from __future__ import annotations

from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

_KNOWN = "ck_follows_hold_known"


def upgrade() -> None:
    op.drop_constraint(op.f(_KNOWN), "follows")
    op.create_check_constraint(op.f(_KNOWN), "follows", "hold IN ('unread', 'read', 'confirmed', 'ending')")


def downgrade() -> None:
    # Nothing of these is fetched before somebody decides it anew.
    op.execute("UPDATE follows SET hold = 'read' WHERE hold IN ('confirmed', 'ending')")
    op.drop_constraint(op.f(_KNOWN), "follows")
    op.create_check_constraint(op.f(_KNOWN), "follows", "hold IN ('unread', 'read')")
