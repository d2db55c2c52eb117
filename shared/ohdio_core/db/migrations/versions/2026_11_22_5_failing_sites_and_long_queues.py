"""Sites that fail, setbacks of work, and what keeps a queue of a million items quick to look at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WORK = ("scrapes", "extractions", "queue_items")

# Counting a million rows takes a fifth of a second, so their number by status is kept as changes to be summed up.
# Changes are only ever added, so that two transactions never wait for one another because of a count; the sweep
# folds them together.
_COUNTS = (
    """
    CREATE FUNCTION count_queue_items_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO queue_counts (status, items) SELECT status, count(*) FROM added GROUP BY status;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION count_queue_items_removed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO queue_counts (status, items) SELECT status, -count(*) FROM removed GROUP BY status;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION count_queue_item_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO queue_counts (status, items) VALUES (OLD.status, -1), (NEW.status, 1);
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION count_no_queue_items() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM queue_counts;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER count_added AFTER INSERT ON queue_items REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION count_queue_items_added()
    """,
    """
    CREATE TRIGGER count_removed AFTER DELETE ON queue_items REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION count_queue_items_removed()
    """,
    """
    CREATE TRIGGER count_moved AFTER UPDATE OF status ON queue_items
    FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION count_queue_item_moved()
    """,
    """
    CREATE TRIGGER count_none AFTER TRUNCATE ON queue_items
    FOR EACH STATEMENT EXECUTE FUNCTION count_no_queue_items()
    """,
    "INSERT INTO queue_counts (status, items) SELECT status, count(*) FROM queue_items GROUP BY status",
)

# A list sorted by title and filtered by status needs both in one index, and so in one table. A title is written
# while its item is locked, so the copy is made without waiting.
_TITLES = (
    """
    CREATE FUNCTION queue_title_key(title text) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN left(lower(coalesce(title, '')), 200)
    """,
    """
    CREATE FUNCTION give_queue_item_its_title() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.title_key := coalesce((SELECT queue_title_key(title) FROM audiobooks WHERE id = NEW.audiobook_id), '');
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION give_title_to_queue_item() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE queue_items SET title_key = queue_title_key(NEW.title) WHERE audiobook_id = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER title_of_new BEFORE INSERT ON queue_items
    FOR EACH ROW EXECUTE FUNCTION give_queue_item_its_title()
    """,
    """
    CREATE TRIGGER title_changed AFTER UPDATE OF title ON audiobooks
    FOR EACH ROW WHEN (OLD.title IS DISTINCT FROM NEW.title) EXECUTE FUNCTION give_title_to_queue_item()
    """,
    """
    UPDATE queue_items SET title_key = queue_title_key(audiobooks.title)
    FROM audiobooks WHERE audiobooks.id = queue_items.audiobook_id AND audiobooks.title IS NOT NULL
    """,
)

# What people look for may be anywhere in a title: every three letters in a row are indexed. PostgreSQL's own extension
# for this, pg_trgm, is not in the server that the single-machine product brings along.
_WORDS = (
    """
    CREATE FUNCTION book_words(title text, authors text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lower(coalesce(title, '') || chr(10) || coalesce(array_to_string(authors, ', '), ''))
    """,
    """
    CREATE FUNCTION text_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT array_agg(DISTINCT substr(words, i, 3)) FROM generate_series(1, length(words) - 2) AS i)
    """,
)


def upgrade() -> None:
    op.add_column("hosts", sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "hosts", sa.Column("failed_items", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("hosts", sa.Column("closings", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("hosts", sa.Column("is_tried", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    for table in _WORK:
        op.add_column(table, sa.Column("setbacks", sa.Integer(), server_default=sa.text("0"), nullable=False))

    op.create_table(
        "queue_counts",
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("items", sa.BigInteger(), nullable=False),
    )
    for statement in _COUNTS:
        op.execute(statement)

    op.add_column("queue_items", sa.Column("title_key", sa.Text(), server_default="", nullable=False))
    for statement in _TITLES:
        op.execute(statement)
    op.create_index("ix_queue_items_title", "queue_items", ["title_key", "id"])
    op.create_index("ix_queue_items_status_title", "queue_items", ["status", "title_key", "id"])
    op.create_index("ix_queue_items_status_priority", "queue_items", ["status", sa.text("(-priority)"), "id"])

    for statement in _WORDS:
        op.execute(statement)
    op.create_index(
        "ix_audiobooks_words",
        "audiobooks",
        [sa.text("text_grams(book_words(title, authors))")],
        postgresql_using="gin",
    )


def downgrade() -> None:
    op.drop_index("ix_audiobooks_words", table_name="audiobooks")
    op.execute("DROP FUNCTION text_grams")
    op.execute("DROP FUNCTION book_words")
    for name in ("status_priority", "status_title", "title"):
        op.drop_index(f"ix_queue_items_{name}", table_name="queue_items")
    op.execute("DROP TRIGGER title_changed ON audiobooks")
    for trigger in ("title_of_new", "count_none", "count_moved", "count_removed", "count_added"):
        op.execute(f"DROP TRIGGER {trigger} ON queue_items")
    for function in (
        "give_title_to_queue_item",
        "give_queue_item_its_title",
        "queue_title_key",
        "count_no_queue_items",
        "count_queue_item_moved",
        "count_queue_items_removed",
        "count_queue_items_added",
    ):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_column("queue_items", "title_key")
    op.drop_table("queue_counts")

    for table in _WORK:
        op.drop_column(table, "setbacks")
    for column in ("is_tried", "closings", "failed_items", "failures"):
        op.drop_column("hosts", column)
