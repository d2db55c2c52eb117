"""Links whose hosts are in other letters are stored with the host that UTS 46 makes of them.

Until now hosts were encoded by IDNA 2003, which lets some letters stand that are mapped to others since (``ꭰ`` to
``Ꭰ``). Their stored form still tells which letters they were, so it is made anew here, and the ids that are made of
links with it. Where IDNA 2003 wrote others in their place (``faß.de`` as ``fass.de``), that is where requests went:
what is stored is right. Books that are filed stay as they are, with the mark of their folder, and so does a link that
is there in both forms.

Marks of unwanted books follow. A sign of a book is a hash of its feed's id with something that an item tells: those
of feeds whose id changes give way to the one that can be told from what is kept of a book (see revision 0014). Of a
book that was removed nothing is kept: it is recognised by its guid alone from now on.
"""

from __future__ import annotations

import re
from hashlib import sha256

import idna
import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_LINK = re.compile(r"([a-z]+://)([^/?#:]*)(.*)", re.DOTALL)
_ENCODED = "(://|[.])xn--"


def upgrade() -> None:
    op.execute("LOCK TABLE audiobooks, scrapes, skipped_books, unwanted_books, book_signs IN SHARE ROW EXCLUSIVE MODE")
    _forget_signs()
    _rename("audiobooks", "library_path IS NULL", "other.url = :new_url OR " + _SAME_ID)
    _rename("scrapes", "TRUE", f"other.status IN ('queued', 'processing') AND {_SAME_ID}")
    _rename("unwanted_books", "TRUE", _SAME_ID)
    _rename_skipped()
    _sign_anew()


def downgrade() -> None:
    """Change nothing: the links are good for the version before, too."""


_SAME_ID = "(other.source = :source AND other.external_id = :new_id)"


def _rename(table: str, which: str, taken: str) -> None:
    """Make links and ids anew in ``table``, of the rows for which ``which`` holds, where no other row is ``taken``."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(f"SELECT id, url, source, external_id FROM {table} WHERE url ~ :it AND {which} ORDER BY id"),
        {"it": _ENCODED},
    )
    for row in rows.all():
        if (url := _renamed(row.url)) == row.url:
            continue
        values = {
            "id": row.id,
            "source": row.source,
            "new_url": url,
            "new_id": _renamed_id(row.source, row.url, url, row.external_id),
        }
        connection.execute(
            sa.text(
                f"UPDATE {table} SET url = :new_url, external_id = :new_id WHERE id = :id "
                f"AND NOT EXISTS (SELECT FROM {table} AS other WHERE other.id <> :id AND ({taken}))"
            ),
            values,
        )


def _rename_skipped() -> None:
    connection = op.get_bind()
    for row in connection.execute(
        sa.text("SELECT scrape_id, url FROM skipped_books WHERE url ~ :it"), {"it": _ENCODED}
    ).all():
        if (url := _renamed(row.url)) != row.url:
            connection.execute(
                sa.text("INSERT INTO skipped_books (scrape_id, url) VALUES (:scrape, :url) ON CONFLICT DO NOTHING"),
                {"scrape": row.scrape_id, "url": url},
            )
            connection.execute(
                sa.text("DELETE FROM skipped_books WHERE scrape_id = :scrape AND url = :url"),
                {"scrape": row.scrape_id, "url": row.url},
            )


def _forget_signs() -> None:
    """Forget signs that no item will tell again: a book gets no other one of their kind beside them."""
    connection = op.get_bind()
    names = connection.execute(
        sa.text("SELECT DISTINCT source, external_id, url FROM book_signs WHERE url ~ :it"), {"it": _ENCODED}
    )
    for row in names.all():
        if _renamed(row.url) != row.url:
            connection.execute(
                sa.text("DELETE FROM book_signs WHERE source = :source AND external_id = :external_id"),
                {"source": row.source, "external_id": row.external_id},
            )


def _sign_anew() -> None:
    """Remember the sign that can be told of each book of a feed that has none; the filed ones come first."""
    connection = op.get_bind()
    books = connection.execute(
        sa.text(
            "SELECT book.source, book.external_id, book.url, book.title, part.url AS file, part.size "
            "FROM audiobooks AS book JOIN book_parts AS part ON part.audiobook_id = book.id AND part.index = 0 "
            "WHERE book.source = 'rss' AND book.url LIKE '%#item=%' AND book.url ~ :it "
            "AND book.title IS NOT NULL AND part.url IS NOT NULL "
            "AND NOT EXISTS (SELECT FROM book_signs AS sign "
            "WHERE sign.source = book.source AND sign.external_id = book.external_id) "
            "ORDER BY book.library_path IS NULL, book.id"
        ),
        {"it": _ENCODED},
    )
    for row in books.all():
        fact = f"{_feed_id(_renamed(row.url))}\n{row.title}\n{row.file}\n{row.size or ''}"
        connection.execute(
            sa.text(
                "INSERT INTO book_signs (source, sign, external_id, url) VALUES (:source, :sign, :id, :url) "
                "ON CONFLICT DO NOTHING"
            ),
            {"source": row.source, "sign": f"former-{_short_hash(fact)}", "id": row.external_id, "url": row.url},
        )


def _renamed(url: str) -> str:
    """Return a link with its host made anew; as it is where that cannot be done."""
    link = _LINK.match(url)
    if link is None:
        return url
    try:
        letters = ".".join(map(_letters, link[2].split(".")))
        labels = idna.uts46_remap(letters, std3_rules=False, transitional=False).split(".")
    except UnicodeError:
        return url
    host = ".".join(label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)
    return f"{link[1]}{host}{link[3]}" if all(labels) else url


def _letters(label: str) -> str:
    return label.removeprefix("xn--").encode().decode("punycode") if label.startswith("xn--") else label


def _renamed_id(source: str, url: str, new_url: str, external_id: str) -> str:
    """Return the id that a book or listing has by its new link."""
    if source in ("web", "ytdlp"):
        return _renamed(external_id)
    # A feed's id is a hash of its address, and begins those of its items.
    before, after = (_feed_id(each) for each in (url, new_url))
    return external_id.replace(before, after, 1) if source == "rss" and external_id.startswith(before) else external_id


def _feed_id(url: str) -> str:
    feed = re.sub(r"\A(?:http|feed)://", "https://", url.partition("#")[0])
    return _short_hash(feed)


def _short_hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
