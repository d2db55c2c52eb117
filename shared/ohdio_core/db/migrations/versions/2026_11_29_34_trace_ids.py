"""What ties a book to what it was asked for by: an id from the submission to the file, and when scans found it."""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_WORK = ("scrapes", "extractions", "queue_items")


def upgrade() -> None:
    # The default apart from the column: what is there keeps none, and no table is written anew.
    for table in _WORK:
        op.execute(f"ALTER TABLE {table} ADD COLUMN trace_id uuid")
        op.execute(f"ALTER TABLE {table} ALTER COLUMN trace_id SET DEFAULT gen_random_uuid()")
    op.execute("ALTER TABLE scrape_books ADD COLUMN found_at timestamptz")
    op.execute("ALTER TABLE scrape_books ALTER COLUMN found_at SET DEFAULT now()")


def downgrade() -> None:
    for table in _WORK:
        op.drop_column(table, "trace_id")
    op.drop_column("scrape_books", "found_at")
