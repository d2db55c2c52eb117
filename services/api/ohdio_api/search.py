"""Looking for books by what their title or authors have in them, and for anything by its link."""

from __future__ import annotations

from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ohdio_api.rare_pieces import piece_counts
from ohdio_core.db.follow_models import Follow
from ohdio_core.db.models import Audiobook, Scrape, ScrapeBook
from ohdio_core.errors import PermanentError
from ohdio_core.sources.registry import SourceRegistry


def mentioning(session: Session, words: str) -> ColumnElement[bool]:
    """Return the condition that a book has these words in its title or authors, whatever their case and accents."""
    # The index knows which books have pieces of the words; whether all in this order, only the text does.
    has_pieces = func.text_grams(Audiobook.words).bool_op("@>")(_sought(session, words))
    return and_(has_pieces, has_words(Audiobook.words, words))


def _sought(session: Session, words: str) -> ColumnElement[list[str]]:
    """Return the pieces that the index is asked for.

    It reads its list of books for each, and of what most books have that is long: the rarest leave hardly more.
    """
    pieces: ColumnElement[list[str]] = func.sought_grams(func.plain_text(words), type_=ARRAY(Text))
    rarest = piece_counts(session).rarest(words)
    if not rarest:
        return pieces
    few = literal(rarest, ARRAY(Text))
    # The database is asked whether they are pieces of the words: its idea of characters may be another than Python's.
    # PostgreSQL works this out before it plans, and so knows for how many books it reads the index.
    return case((pieces.bool_op("@>")(few), few), else_=pieces)


def has_words(text: ColumnElement[str] | InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    """Return the condition that a plain text has these words, whatever their case and accents."""
    return func.strpos(text, func.plain_text(words)) > 0


#: Where a tenth of so many texts has the words, they are common.
_GLANCED_AT = 2_500


def meet(session: Session, texts: Select[str], words: str) -> int | None:
    """Return how many of the first of these texts have the words, where these are common; None where they are not.

    The index is of no help with what is common: to make the pieces of a text takes ten times as long as to look at it.

    Args:
        texts: Of the column ``words``.
    """
    first = texts.limit(_GLANCED_AT).subquery().c.words
    met = session.execute(select(func.count()).where(has_words(first, words))).scalar_one()
    return met if met > _GLANCED_AT / 10 else None


def is_of_link(table: type[Audiobook | Scrape | Follow], registry: SourceRegistry, url: str) -> ColumnElement[bool]:
    """Return the condition that a row is what a link leads to, however the link is written."""
    try:
        _, target = registry.identify(url)
    except PermanentError:
        return table.url == url
    return or_(table.url == target.url, and_(table.source == target.source, table.external_id == target.external_id))


def added_by(registry: SourceRegistry, url: str) -> ColumnElement[bool]:
    """Return the condition that only scans of a link added a book: not known before, and on no other."""
    is_its_scan = is_of_link(Scrape, registry, url)
    finds = select(ScrapeBook.audiobook_id).join(Scrape, Scrape.id == ScrapeBook.scrape_id)
    is_of_book = ScrapeBook.audiobook_id == Audiobook.id
    is_added = finds.where(is_of_book, is_its_scan, Scrape.created_at <= Audiobook.created_at).exists()
    # The first condition is the quick one: of all books it leaves those of the link.
    return and_(Audiobook.id.in_(finds.where(is_its_scan)), is_added, ~finds.where(is_of_book, ~is_its_scan).exists())
