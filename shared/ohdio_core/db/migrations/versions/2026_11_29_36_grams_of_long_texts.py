"""Titles of thousands of characters are searched, and stored, in milliseconds."""

from __future__ import annotations

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

# `substr` counts characters from the start of a text: what is nothing in a title took seconds in one of ten thousand
# characters, at each look into it. The runs are the same as before, so the index stays as it is.
_OF_SHORT_ONES = """
    SELECT array_agg(substr(words, i, n)) FROM generate_series(1, length(words)) AS i, generate_series(1, 3) AS n
"""
_OF_LONG_ONES = """
    SELECT array_agg(DISTINCT gram)
    FROM (
        SELECT letter || coalesce(lead(letter, 1) OVER places, '') || coalesce(lead(letter, 2) OVER places, '') AS run
        FROM unnest(string_to_array(words, NULL)) WITH ORDINALITY AS letters (letter, place)
        WINDOW places AS (ORDER BY place)
    ) AS runs, LATERAL (VALUES (left(run, 1)), (left(run, 2)), (run)) AS grams (gram)
"""
_SHORT = 1_000  # characters


def upgrade() -> None:
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION text_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE WHEN length(words) <= {_SHORT} THEN ({_OF_SHORT_ONES}) ELSE ({_OF_LONG_ONES}) END
        """
    )


def downgrade() -> None:
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION text_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN ({_OF_SHORT_ONES})
        """
    )
