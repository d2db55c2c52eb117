"""Looking for books by what their title or authors have in them, and for anything by its link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

from sqlalchemy import ARRAY, ColumnElement, Integer, Select, Text, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ohdio_api.rare_pieces import piece_counts
from ohdio_core.db.follow_models import Follow
from ohdio_core.db.models import Audiobook, Scrape, ScrapeBook
from ohdio_core.errors import PermanentError
from ohdio_core.sources.registry import SourceRegistry


class Sought(NamedTuple):
    """Words that are looked for, as parameters of ``mentions``."""

    words: str
    rarest: list[str]  #: of their pieces

    @classmethod
    def of(cls, session: Session, words: str) -> Self:
        """Return words with what the database knows of them."""
        return cls(words, piece_counts(session).rarest(words))

    @property
    def has_rarest(self) -> bool:
        """Return whether any of their pieces are known to be rare."""
        return bool(self.rarest)


def mentioning(session: Session, words: str) -> ColumnElement[bool]:
    """Return the condition that a book has these words in its title or authors, whatever their case and accents."""
    sought = Sought.of(session, words)
    return _mentions(literal(words), literal(sought.rarest, ARRAY(Text)) if sought.has_rarest else None)


def mentions(*, has_rarest: bool) -> ColumnElement[bool]:
    """Return the same condition of parameters, which are a ``Sought``, so that it is made once for any words.

    Args:
        has_rarest: Whether pieces of them are known to be rare.
    """
    rarest = bindparam("rarest", type_=ARRAY(Text))
    return _mentions(bindparam("words", type_=Text()), rarest if has_rarest else None)


def _mentions(words: ColumnElement[str], rarest: ColumnElement[Sequence[str]] | None) -> ColumnElement[bool]:
    pieces: ColumnElement[list[str]] = func.sought_grams(func.plain_text(words), type_=ARRAY(Text))
    # The index reads its list of books for each piece, and of what most books have that is long: the rarest leave
    # hardly more. The database is asked whether they are pieces of the words: its idea of characters may be another
    # than Python's. PostgreSQL works this out before it plans, and so knows for how many books it reads the index.
    asked = pieces if rarest is None else case((pieces.bool_op("@>")(rarest), rarest), else_=pieces)
    # The index knows which books have pieces of the words; whether all in this order, only the text does.
    return and_(func.text_grams(Audiobook.words).bool_op("@>")(asked), has_words(Audiobook.words, words))


def has_words(
    text: ColumnElement[str] | InstrumentedAttribute[str], words: str | ColumnElement[str]
) -> ColumnElement[bool]:
    """Return the condition that a plain text has these words, whatever their case and accents."""
    return func.strpos(text, func.plain_text(words)) > 0


#: Words are common which this share of so many texts has.
COMMON = 0.1
_GLANCED_AT = 2_500


def select_met(texts: Select[str]) -> Select[*tuple[Any, ...]]:
    """Return the query of how many of the first of these texts there are, and have words, which are a parameter.

    Args:
        texts: Of the column ``words``.
    """
    first = texts.limit(bindparam("glanced", type_=Integer())).subquery().c.words
    having = has_words(first, bindparam("words", type_=Text()))
    return select(func.count().label("glanced"), func.count().filter(having).label("found")).select_from(first.table)


def meet(session: Session, met: Select[*tuple[Any, ...]], words: str) -> int | None:
    """Return how many of the first texts have the words; None where these are not common, or there are no more texts.

    The index is of no help with what is common: to make the pieces of a text takes ten times as long as to look at it.

    Args:
        met: What ``select_met`` has returned.
    """
    if piece_counts(session).most(words) < COMMON / 10:  # by what is known, which may be some days old
        return None
    glanced, found = session.execute(met, {"words": words, "glanced": _GLANCED_AT}).one()
    return found if found > _GLANCED_AT * COMMON and glanced == _GLANCED_AT else None


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
