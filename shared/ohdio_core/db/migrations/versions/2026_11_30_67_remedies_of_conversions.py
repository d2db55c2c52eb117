"""What could not be converted is counted by what helps; lists of conversions are read by indexes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

_KNOWN = "ck_conversions_remedy_known"
_IS_FAILED = sa.text("failed_at IS NOT NULL")


def upgrade() -> None:
    # With a default, as versions before this one fail conversions beside it.
    op.add_column("conversions", sa.Column("remedy", sa.Text(), nullable=False, server_default="retry"))
    # As failures were told apart when they were written, as far as their outermost sentence says that.
    op.execute(
        """
        UPDATE conversions SET remedy = CASE
            WHEN error_message ->> 'id' = 'form.book_gone' THEN 'dismiss'
            WHEN error_message ->> 'id' IN ('unexpected', 'form.worker_died', 'tags.not_written')
                 OR split_part(error_message ->> 'id', '.', 1) IN ('library', 'work_dir') THEN 'retry'
            ELSE 'keep' END
        WHERE failed_at IS NOT NULL
        """
    )
    op.create_check_constraint(op.f(_KNOWN), "conversions", "remedy IN ('retry', 'keep', 'dismiss')")
    op.drop_index("ix_conversions_failed_at", "conversions")
    op.create_index(
        "ix_conversions_next",
        "conversions",
        ["is_paused", sa.text("(form LIKE 'm4b-%')"), "ordered_at", "audiobook_id"],
        postgresql_where=sa.text("failed_at IS NULL"),
    )
    op.create_index("ix_conversions_failed", "conversions", ["failed_at", "audiobook_id"], postgresql_where=_IS_FAILED)
    op.create_index(
        "ix_conversions_remedies", "conversions", ["remedy", "failed_at", "audiobook_id"], postgresql_where=_IS_FAILED
    )
    op.create_index(
        "ix_conversions_held", "conversions", ["lease_until"], postgresql_where=sa.text("holder IS NOT NULL")
    )


def downgrade() -> None:
    for name in ("ix_conversions_held", "ix_conversions_remedies", "ix_conversions_failed", "ix_conversions_next"):
        op.drop_index(name, "conversions")
    op.create_index("ix_conversions_failed_at", "conversions", ["failed_at"], postgresql_where=_IS_FAILED)
    op.drop_constraint(op.f(_KNOWN), "conversions")
    op.drop_column("conversions", "remedy")
