"""The pause that a site has asked for is known beside the time for which it is left alone as it fails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hosts", sa.Column("asked_until", sa.DateTime(timezone=True)))
    # What has closed a site that does not fail is what it asked for.
    op.execute("UPDATE hosts SET asked_until = closed_until WHERE closings = 0 AND closed_until > clock_timestamp()")


def downgrade() -> None:
    op.drop_column("hosts", "asked_until")
