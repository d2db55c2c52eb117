"""Why each function and trigger is there, in the database itself, where ``db/schema.sql`` shows it."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_FUNCTIONS = {
    "plain_text(text)": "Text without accents, case and typographic variants, so that a search finds it either way.",
    "text_grams(text)": "Every run of one to three characters of a text: what the search index holds.",
    "sought_grams(text)": (
        "The runs that a text must have to contain these words: what a search looks up in the index."
    ),
    "book_words(text, text[])": "What a book is found by: its title and authors as plain text.",
    "queue_title_key(text)": (
        "What sorts a queue by title; short, so that an index holds it whatever a site calls a book."
    ),
    "give_queue_item_its_title()": "A new item knows its title, so that a page sorted by title joins no other table.",
    "give_title_to_queue_item()": (
        "A title that changes, as when a book is described, changes where its item is sorted."
    ),
    "count_queue_items_added()": (
        "Counts by status are kept as changes, so that nobody counts a million rows, or waits for one counter."
    ),
    "count_queue_item_moved()": "A change of status is one less of the one and one more of the other.",
    "count_queue_items_removed()": "What is deleted is counted no more.",
    "count_no_queue_items()": "An emptied queue has no counts.",
    "raise_ready_priority(text, text, integer)": (
        "A site with due rows is found without reading them; only admission lowers what this raises."
    ),
    "note_due_rows()": (
        "Whoever inserts due rows raises their sites, in the order of the keys, so that no two statements "
        "wait in a circle."
    ),
    "note_changed_rows()": "Whoever makes rows due, or more urgent, raises their sites, in the order of the keys.",
}
_TRIGGERS = {
    ("title_changed", "audiobooks"): "See give_title_to_queue_item.",
    ("title_of_new", "queue_items"): "See give_queue_item_its_title.",
    ("count_added", "queue_items"): "See count_queue_items_added.",
    ("count_moved", "queue_items"): "By row, as nearly every change of a status is of one row.",
    ("count_removed", "queue_items"): "See count_queue_items_removed.",
    ("count_none", "queue_items"): "TRUNCATE fires no DELETE.",
    **{
        (trigger, table): f"See {trigger}; once a statement, however many rows it writes."
        for table in ("scrapes", "extractions", "queue_items")
        for trigger in ("note_due_rows", "note_changed_rows")
    },
}


def upgrade() -> None:
    for function, why in _FUNCTIONS.items():
        op.execute(f"COMMENT ON FUNCTION {function} IS '{why}'")
    for (trigger, table), why in _TRIGGERS.items():
        op.execute(f"COMMENT ON TRIGGER {trigger} ON {table} IS '{why}'")


def downgrade() -> None:
    for function in _FUNCTIONS:
        op.execute(f"COMMENT ON FUNCTION {function} IS NULL")
    for trigger, table in _TRIGGERS:
        op.execute(f"COMMENT ON TRIGGER {trigger} ON {table} IS NULL")
