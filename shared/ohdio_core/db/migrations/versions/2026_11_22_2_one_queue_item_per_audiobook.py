"""One queue item per audiobook, enforced by the database.

Installations may already hold duplicates. They are merged, never refused: the item that has come
furthest stays, with the highest priority of all.
"""

from __future__ import annotations

import logging

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

log = logging.getLogger(__name__)

_MERGE = """
WITH ranked AS (
    SELECT id, audiobook_id,
           max(priority) OVER (PARTITION BY audiobook_id) AS top_priority,
           row_number() OVER (
               PARTITION BY audiobook_id
               ORDER BY array_position(
                   ARRAY['completed', 'processing', 'paused', 'queued', 'failed', 'cancelled'], status
               ), progress DESC, id
           ) AS place
    FROM queue_items
), kept AS (
    UPDATE queue_items SET priority = ranked.top_priority
    FROM ranked WHERE ranked.id = queue_items.id AND ranked.place = 1 AND queue_items.priority <> ranked.top_priority
)
DELETE FROM queue_items USING ranked WHERE ranked.id = queue_items.id AND ranked.place > 1
"""


def upgrade() -> None:
    # Nobody may add another duplicate between the merge and the index.
    op.execute("LOCK TABLE queue_items IN SHARE ROW EXCLUSIVE MODE")
    merged = op.get_bind().execute(sa.text(_MERGE)).rowcount
    if merged:
        log.warning(
            "%d duplicate queue items were merged: each audiobook keeps the item that had come furthest.", merged
        )
    op.create_index("uq_queue_items_audiobook_id", "queue_items", ["audiobook_id"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_queue_items_audiobook_id", table_name="queue_items")
