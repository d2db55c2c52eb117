"""By what books are known whose listing gives them new ids at each look.

Books of feeds get the sign that can be told from what is kept of them: the title with the file's address and size.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "book_signs",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "sign", name=op.f("pk_book_signs")),
    )
    # A feed's id begins those of its items. Of books that are there twice already, the one that is filed is meant.
    op.execute(
        """
        INSERT INTO book_signs (source, sign, external_id, url)
        SELECT DISTINCT ON (sign) source, sign, external_id, url
        FROM (
            SELECT book.*, 'former-' || left(encode(sha256(convert_to(
                left(book.external_id, 16) || chr(10) || book.title || chr(10) || part.url || chr(10)
                || coalesce(part.size::text, ''), 'UTF8')), 'hex'), 16) AS sign
            FROM audiobooks AS book JOIN book_parts AS part ON part.audiobook_id = book.id AND part.index = 0
            WHERE book.source = 'rss' AND book.url LIKE '%#item=%' AND book.title IS NOT NULL AND part.url IS NOT NULL
        ) AS signed
        ORDER BY sign, library_path IS NULL, id
        """
    )
    op.create_index("ix_book_signs_source_external_id", "book_signs", ["source", "external_id"])


def downgrade() -> None:
    op.drop_table("book_signs")
