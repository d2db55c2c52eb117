"""Which descriptions a listing told whole, so that they are written down together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "extractions",
        sa.Column(
            "is_told",
            sa.Boolean(),
            sa.Computed("coalesce(jsonb_array_length(listed -> 'parts'), 0) > 0", persisted=True),
            nullable=False,
        ),
    )


def downgrade() -> None:
    op.drop_column("extractions", "is_told")
