"""A rank that people give to rows: these precede all others; what sorts both is their urgency."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_TABLES = ("scrapes", "extractions", "queue_items")

_URGENCY = """
CREATE FUNCTION urgency(priority integer, rank bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN coalesce(1099511627776 - rank, priority)
"""

# {due} is what decides within a site: the urgency, or in older revisions the priority.
_RAISE = """
CREATE FUNCTION raise_ready_priority(due_stage text, due_key text, due_{due} {type}) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- Held until the due row can be seen by others: meanwhile admission cannot lower what it must not.
    PERFORM FROM turns
    WHERE stage = due_stage AND politeness_key = due_key AND ready_priority >= due_{due}
    FOR KEY SHARE;
    IF NOT FOUND THEN
        INSERT INTO turns (stage, politeness_key, ready_priority) VALUES (due_stage, due_key, due_{due})
        ON CONFLICT (stage, politeness_key) DO UPDATE
        SET ready_priority = greatest(turns.ready_priority, excluded.ready_priority);
    END IF;
END $$
"""
_DUE = "{row}.status = 'queued' AND {row}.is_ready AND {row}.next_attempt_at IS NULL"
_AFTER_INSERT = f"""
CREATE OR REPLACE FUNCTION note_due_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM raise_ready_priority(TG_ARGV[0], due.politeness_key, due.{{due}})
    FROM (
        SELECT politeness_key, max({{added}}) AS {{due}} FROM added
        WHERE {_DUE.format(row="added")} GROUP BY politeness_key ORDER BY politeness_key
    ) AS due;
    RETURN NULL;
END $$
"""
_AFTER_UPDATE = f"""
CREATE OR REPLACE FUNCTION note_changed_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM raise_ready_priority(TG_ARGV[0], due.politeness_key, due.{{due}})
    FROM (
        SELECT changed.politeness_key, max({{changed}}) AS {{due}}
        FROM changed JOIN former ON former.id = changed.id
        WHERE {_DUE.format(row="changed")} AND (
            {{changed}} > {{former}} OR changed.politeness_key <> former.politeness_key
            OR ({_DUE.format(row="former")}) IS NOT TRUE
        )
        GROUP BY changed.politeness_key ORDER BY changed.politeness_key
    ) AS due;
    RETURN NULL;
END $$
"""
_WHY = {
    "urgency(integer, bigint)": (
        "What decides first: rows with a rank precede all others, the lowest first; among these the highest priority."
    ),
}
_WHY_RAISE = "A site with due rows is found without reading them; only admission lowers what this raises."


def upgrade() -> None:
    op.execute(_URGENCY)
    for function, why in _WHY.items():
        op.execute(f"COMMENT ON FUNCTION {function} IS '{why}'")
    for table in _TABLES:
        op.add_column(table, sa.Column("rank", sa.BigInteger()))
    _replace_functions("urgency", "bigint", "urgency({row}.priority, {row}.rank)")
    op.execute("DROP FUNCTION raise_ready_priority(text, text, integer)")
    op.alter_column("turns", "ready_priority", type_=sa.BigInteger())
    _index("urgency(priority, rank)")
    op.drop_index("ix_queue_items_priority", table_name="queue_items")
    op.drop_index("ix_queue_items_status_priority", table_name="queue_items")
    op.create_index("ix_queue_items_urgency", "queue_items", [sa.text("(-urgency(priority, rank))"), "id"])
    op.create_index(
        "ix_queue_items_status_urgency", "queue_items", ["status", sa.text("(-urgency(priority, rank))"), "id"]
    )
    op.create_index("ix_queue_items_rank", "queue_items", ["rank"], postgresql_where=sa.text("rank IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("ix_queue_items_rank", table_name="queue_items")
    op.drop_index("ix_queue_items_status_urgency", table_name="queue_items")
    op.drop_index("ix_queue_items_urgency", table_name="queue_items")
    op.create_index("ix_queue_items_status_priority", "queue_items", ["status", sa.text("(-priority)"), "id"])
    op.create_index("ix_queue_items_priority", "queue_items", [sa.text("(-priority)"), "id"])
    _index("priority")
    # What was raised by a rank is above any priority; admission lowers it to the true one.
    op.execute("UPDATE turns SET ready_priority = least(ready_priority, 2147483647)")
    op.alter_column("turns", "ready_priority", type_=sa.Integer())
    _replace_functions("priority", "integer", "{row}.priority")
    op.execute("DROP FUNCTION raise_ready_priority(text, text, bigint)")
    for table in _TABLES:
        op.drop_column(table, "rank")
    op.execute("DROP FUNCTION urgency(integer, bigint)")


def _replace_functions(due: str, type_: str, expression: str) -> None:
    names = {row: expression.format(row=row) for row in ("added", "changed", "former")}
    op.execute(_RAISE.format(due=due, type=type_))
    op.execute(f"COMMENT ON FUNCTION raise_ready_priority(text, text, {type_}) IS '{_WHY_RAISE}'")
    op.execute(_AFTER_INSERT.format(due=due, **names))
    op.execute(_AFTER_UPDATE.format(due=due, **names))


def _index(first: str) -> None:
    for table in _TABLES:
        for name, columns, where in (
            ("due", ("politeness_key",), "status = 'queued' AND is_ready AND next_attempt_at IS NULL"),
            ("processing", (), "status = 'processing'"),
        ):
            op.drop_index(f"ix_{table}_{name}", table_name=table)
            op.create_index(
                f"ix_{table}_{name}", table, [*columns, sa.text(f"{first} DESC"), "id"], postgresql_where=sa.text(where)
            )
