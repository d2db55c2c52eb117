"""What became of the runs of each piece of work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)

_FORGET = """
    CREATE FUNCTION forget_runs_of_books() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM runs USING gone WHERE runs.stage IN ('metadata', 'downloads') AND runs.about_id = gone.id;
        RETURN NULL;
    END $$;
    COMMENT ON FUNCTION forget_runs_of_books() IS
        'No foreign key: the end of a run is to lock no book, which others lock before its queue item.';
    CREATE TRIGGER forget_runs AFTER DELETE ON audiobooks REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION forget_runs_of_books();
    COMMENT ON TRIGGER forget_runs ON audiobooks IS 'All that is known of a book goes with it.';
"""


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("about_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("began_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("message", postgresql.JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("stage", "about_id", "id", name="pk_runs"),
    )
    op.create_index("ix_runs_ended_at", "runs", ["ended_at"])
    op.execute(_FORGET)


def downgrade() -> None:
    op.execute("DROP TRIGGER forget_runs ON audiobooks")
    op.execute("DROP FUNCTION forget_runs_of_books()")
    op.drop_table("runs")
