"""Books are found whichever way accents, case, ligatures and quotation marks are typed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# As ``ohdio_core.domain.plain_text`` reads them in Python. Marks are taken off before letters are made small: a letter
# with a mark has a small form in every collation only then. PostgreSQL's own extension for this, unaccent, is not in
# the server that the single-machine product brings along.
_MARKS = (
    "\\u0300-\\u036F\\u0483-\\u0487\\u0591-\\u05BD\\u05BF\\u05C1\\u05C2\\u05C4\\u05C5\\u05C7\\u0610-\\u061A"
    "\\u064B-\\u065F\\u0670\\u1AB0-\\u1ABD\\u1DC0-\\u1DFF\\u20D0-\\u20DC\\u3099\\u309A\\uFE20-\\uFE2F"
)
_LETTERS = ("øłđðħŧıς‘’‚‛ʼʹ′`“”„‟«»‐‒–—―−", "olddhtiσ" + "'" * 8 + '"' * 6 + "-" * 6)
_LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss", "þ": "th"}


def _plain() -> str:
    lowered = f"lower(regexp_replace(normalize(words, NFKD), '[{_MARKS}]', '', 'g'))"
    for ligature, spelt in _LIGATURES.items():
        lowered = f"replace({lowered}, '{ligature}', '{spelt}')"
    written, read = (side.replace("'", "''") for side in _LETTERS)
    return f"btrim(regexp_replace(translate({lowered}, '{written}', '{read}'), '\\s+', ' ', 'g'))"


_FUNCTIONS = (
    f"""
    CREATE FUNCTION plain_text(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN {_plain()}
    """,
    """
    CREATE OR REPLACE FUNCTION book_words(title text, authors text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN plain_text(coalesce(title, '')) || chr(10) || plain_text(coalesce(array_to_string(authors, ', '), ''))
    """,
)
# Short words are in the index as well, else a rare one ("Oz") would be looked for in every book. The former function
# made its pieces distinct, which the index does anyway.
_GRAMS = (
    """
    CREATE OR REPLACE FUNCTION text_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (
        SELECT array_agg(substr(words, i, n)) FROM generate_series(1, length(words)) AS i, generate_series(1, 3) AS n
    )
    """,
    """
    CREATE FUNCTION sought_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN length(words) < 3 THEN ARRAY[words]
        ELSE (SELECT array_agg(substr(words, i, 3)) FROM generate_series(1, length(words) - 2) AS i) END
    """,
)
_FORMER = (
    """
    CREATE OR REPLACE FUNCTION book_words(title text, authors text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lower(coalesce(title, '') || chr(10) || coalesce(array_to_string(authors, ', '), ''))
    """,
    """
    CREATE OR REPLACE FUNCTION text_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT array_agg(DISTINCT substr(words, i, 3)) FROM generate_series(1, length(words) - 2) AS i)
    """,
    "DROP FUNCTION sought_grams",
    "DROP FUNCTION plain_text",
)


def _index(words: str) -> None:
    op.create_index("ix_audiobooks_words", "audiobooks", [sa.text(f"text_grams({words})")], postgresql_using="gin")


def upgrade() -> None:
    op.drop_index("ix_audiobooks_words", table_name="audiobooks")
    for function in (*_FUNCTIONS, *_GRAMS):
        op.execute(function)
    # Stored, so that whatever the index brings is compared without working this out again.
    op.add_column(
        "audiobooks",
        sa.Column("words", sa.Text(), sa.Computed("book_words(title, authors)", persisted=True), nullable=False),
    )
    _index("words")


def downgrade() -> None:
    op.drop_index("ix_audiobooks_words", table_name="audiobooks")
    op.drop_column("audiobooks", "words")
    for statement in _FORMER:
        op.execute(statement)
    _index("book_words(title, authors)")
