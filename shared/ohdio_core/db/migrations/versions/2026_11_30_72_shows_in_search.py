"""A search finds the episodes of a show by what that is called.

What a book is found by is no generated column any more: such a one can be changed only by writing all rows anew. A
trigger writes it, so that only the rows of episodes are written here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE audiobooks ALTER COLUMN words DROP EXPRESSION")
    op.execute(
        """
        CREATE FUNCTION write_book_words() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.words := book_words(NEW.title, NEW.authors) || coalesce(chr(10) || plain_text(NEW.episode_of), '');
                RETURN NEW;
            END $$
        """
    )
    op.execute(
        "CREATE TRIGGER write_words BEFORE INSERT OR UPDATE OF title, authors, episode_of ON audiobooks "
        "FOR EACH ROW EXECUTE FUNCTION write_book_words()"
    )
    op.execute("COMMENT ON FUNCTION write_book_words() IS 'An episode is found by its show, too.'")
    op.execute("COMMENT ON TRIGGER write_words ON audiobooks IS 'See write_book_words.'")
    op.execute("UPDATE audiobooks SET episode_of = episode_of WHERE episode_of IS NOT NULL")


def downgrade() -> None:
    # All rows are written anew, and all indexes made again.
    op.execute("DROP TRIGGER write_words ON audiobooks")
    op.execute("DROP FUNCTION write_book_words")
    op.drop_index("ix_audiobooks_words", "audiobooks")
    op.drop_column("audiobooks", "words")
    op.add_column(
        "audiobooks",
        sa.Column("words", sa.Text(), sa.Computed("book_words(title, authors)", persisted=True), nullable=False),
    )
    op.create_index("ix_audiobooks_words", "audiobooks", [sa.text("text_grams(words)")], postgresql_using="gin")
