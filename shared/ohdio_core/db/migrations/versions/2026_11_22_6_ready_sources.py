"""Which sources have due work, kept by triggers, so that admission need not ask every source there is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLES = {"scrapes": "scraping", "extractions": "metadata", "queue_items": "downloads"}
_DUE = "{row}.status = 'queued' AND {row}.is_ready AND {row}.next_attempt_at IS NULL"

_RAISE = """
CREATE FUNCTION raise_ready_priority(due_stage text, due_key text, due_priority integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- Held until the due row can be seen by others: meanwhile admission cannot lower what it must not.
    PERFORM FROM turns
    WHERE stage = due_stage AND politeness_key = due_key AND ready_priority >= due_priority
    FOR KEY SHARE;
    IF NOT FOUND THEN
        INSERT INTO turns (stage, politeness_key, ready_priority) VALUES (due_stage, due_key, due_priority)
        ON CONFLICT (stage, politeness_key) DO UPDATE
        SET ready_priority = greatest(turns.ready_priority, excluded.ready_priority);
    END IF;
END $$
"""

_AFTER_INSERT = f"""
CREATE FUNCTION note_due_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM raise_ready_priority(TG_ARGV[0], due.politeness_key, due.priority)
    FROM (
        SELECT politeness_key, max(priority) AS priority FROM added
        WHERE {_DUE.format(row="added")} GROUP BY politeness_key ORDER BY politeness_key
    ) AS due;
    RETURN NULL;
END $$
"""

# In the order of their keys here too, so that no two statements wait for one another in a circle.
_AFTER_UPDATE = f"""
CREATE FUNCTION note_changed_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM raise_ready_priority(TG_ARGV[0], due.politeness_key, due.priority)
    FROM (
        SELECT changed.politeness_key, max(changed.priority) AS priority
        FROM changed JOIN former ON former.id = changed.id
        WHERE {_DUE.format(row="changed")} AND (
            changed.priority > former.priority OR changed.politeness_key <> former.politeness_key
            OR ({_DUE.format(row="former")}) IS NOT TRUE
        )
        GROUP BY changed.politeness_key ORDER BY changed.politeness_key
    ) AS due;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.add_column("turns", sa.Column("ready_priority", sa.Integer()))
    op.add_column(
        "turns",
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    )
    for function in (_RAISE, _AFTER_INSERT, _AFTER_UPDATE):
        op.execute(function)
    for table, stage in _TABLES.items():
        op.execute(
            f"CREATE TRIGGER note_due_rows AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
            f"FOR EACH STATEMENT EXECUTE FUNCTION note_due_rows('{stage}')"
        )
        op.execute(
            f"CREATE TRIGGER note_changed_rows AFTER UPDATE ON {table} REFERENCING OLD TABLE AS former "
            f"NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_rows('{stage}')"
        )
        op.execute(
            f"""
            INSERT INTO turns (stage, politeness_key, ready_priority)
            SELECT '{stage}', politeness_key, max(priority) FROM {table} AS due
            WHERE {_DUE.format(row="due")} GROUP BY politeness_key ORDER BY politeness_key
            ON CONFLICT (stage, politeness_key) DO UPDATE SET ready_priority = excluded.ready_priority
            """
        )
    op.create_index(
        "ix_turns_ready",
        "turns",
        ["stage", sa.text("ready_priority DESC"), sa.text("served_at NULLS FIRST"), "opened_at"],
        postgresql_where=sa.text("ready_priority IS NOT NULL"),
    )


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"DROP TRIGGER note_changed_rows ON {table}")
        op.execute(f"DROP TRIGGER note_due_rows ON {table}")
    op.execute("DROP FUNCTION note_changed_rows()")
    op.execute("DROP FUNCTION note_due_rows()")
    op.execute("DROP FUNCTION raise_ready_priority(text, text, integer)")
    op.drop_index("ix_turns_ready", table_name="turns")
    op.drop_column("turns", "opened_at")
    op.drop_column("turns", "ready_priority")
    for table, stage in _TABLES.items():
        # Revision 0005 looks only at sources that have a row.
        op.execute(
            f"INSERT INTO turns (stage, politeness_key) SELECT DISTINCT '{stage}', politeness_key FROM {table} "
            "ON CONFLICT DO NOTHING"
        )
