"""What is read by http and by https is one: ids that are made of addresses are made of their https form.

Ids of links by https stay as they are, so most books keep theirs; a book of a page with several is known by its
address, which stays, whatever the links of its recordings begin with. Where a book is there by both schemes already,
both stay as they are, with what was downloaded of them. The folder of a book whose id changes keeps its mark, which
``ohdio_core.domain.owner`` knows.

A scan is told from others by its id now, too, and a category of OHdio has one that no audiobook of it has.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_URL = "url"
_HTTPS_URL = "regexp_replace(url, '^(http|feed)://', 'https://')"


def upgrade() -> None:
    op.execute("LOCK TABLE audiobooks, scrapes IN SHARE ROW EXCLUSIVE MODE")
    _rename(_URL, _HTTPS_URL)
    op.execute(
        "UPDATE scrapes SET external_id = 'categorie-' || external_id "
        "WHERE source = 'ohdio' AND external_id ~ '^[0-9]+$'"
    )
    op.drop_index("uq_scrapes_url_unfinished", table_name="scrapes")
    _allow_one_unfinished("uq_scrapes_listing_unfinished", ["source", "external_id"])


def downgrade() -> None:
    op.execute("LOCK TABLE audiobooks, scrapes IN SHARE ROW EXCLUSIVE MODE")
    op.drop_index("uq_scrapes_listing_unfinished", table_name="scrapes")
    _allow_one_unfinished("uq_scrapes_url_unfinished", ["url"])
    op.execute(
        "UPDATE scrapes SET external_id = substr(external_id, length('categorie-') + 1) "
        "WHERE source = 'ohdio' AND external_id LIKE 'categorie-%'"
    )
    _rename(_HTTPS_URL, _URL)


def _rename(before: str, after: str) -> None:
    """Make ids of the address ``before`` those of the address ``after``, where no other book has them."""
    op.execute(
        f"""
        UPDATE audiobooks SET external_id = renamed.new_id
        FROM (SELECT DISTINCT ON (source, new_id) * FROM ({_renamed("audiobooks", before, after)}) AS each
              ORDER BY source, new_id, id) AS renamed
        WHERE audiobooks.id = renamed.id AND NOT EXISTS (
            SELECT FROM audiobooks AS other WHERE other.source = renamed.source AND other.external_id = renamed.new_id
        )
        """
    )
    op.execute(
        f"""
        UPDATE scrapes SET external_id = renamed.new_id
        FROM ({_renamed("scrapes", before, after)}) AS renamed WHERE scrapes.id = renamed.id
        """
    )


def _renamed(table: str, before: str, after: str) -> str:
    # A feed's id is a hash of its address, and begins those of its items.
    return f"""
        SELECT id, source,
               CASE source WHEN 'rss' THEN {_feed_id(after)} || substr(external_id, 17) ELSE {after} END AS new_id
        FROM {table}
        WHERE url ~ '^(http|feed)://' AND (
            (source = 'rss' AND left(external_id, 16) = {_feed_id(before)})
            OR (source IN ('web', 'ytdlp') AND external_id = {before})
        )
    """


def _feed_id(url: str) -> str:
    return f"left(encode(sha256(convert_to(split_part({url}, '#', 1), 'UTF8')), 'hex'), 16)"


def _allow_one_unfinished(name: str, columns: list[str]) -> None:
    """Allow one unfinished scan of these; where there are more, the one stays that has come furthest."""
    op.execute(
        f"""
        UPDATE scrapes
        SET status = 'cancelled', lease_token = NULL, lease_until = NULL, stop_requested = NULL, finished_at = now()
        FROM (
            SELECT id, row_number() OVER (
                PARTITION BY {", ".join(columns)} ORDER BY lease_token IS NULL, progress DESC, id
            ) AS place
            FROM scrapes WHERE status IN ('queued', 'processing')
        ) AS ranked
        WHERE scrapes.id = ranked.id AND ranked.place > 1
        """
    )
    op.create_index(
        name, "scrapes", columns, unique=True, postgresql_where=sa.text("status IN ('queued', 'processing')")
    )
