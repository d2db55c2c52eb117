"""Which of the books that somebody lists are known here."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select, tuple_

from ohdio_core.db.models import Audiobook
from ohdio_core.db.session import Database

Named = tuple[str, str, str]  #: source, external id, canonical URL


def known_among(database: Database, books: Iterable[Named]) -> set[Named]:
    """Return those that have been added before: under this URL, or under this id of this source."""
    asked = list(books)
    if not asked:
        return set()
    is_named = or_(
        Audiobook.url.in_([url for _, _, url in asked]),
        tuple_(Audiobook.source, Audiobook.external_id).in_([(source, its_id) for source, its_id, _ in asked]),
    )
    with database.reading() as session:
        rows = session.execute(select(Audiobook.source, Audiobook.external_id, Audiobook.url).where(is_named)).all()
    urls = {row.url for row in rows}
    ids = {(row.source, row.external_id) for row in rows}
    return {book for book in asked if book[2] in urls or book[:2] in ids}
