"""Looking for books by what their title or authors have in them, and for anything by its link."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_

from ohdio_core.db.models import Audiobook, Scrape
from ohdio_core.errors import PermanentError
from ohdio_core.sources.registry import SourceRegistry

_GRAM = 3  #: shorter words are not in the index; they are common enough to be met soon


def mentioning(words: str) -> ColumnElement[bool]:
    """Whether a row of ``audiobooks`` has these words in its title or in its authors, in any case."""
    authors = func.array_to_string(Audiobook.authors, ", ")
    is_mentioned = or_(Audiobook.title.icontains(words, autoescape=True), authors.icontains(words, autoescape=True))
    if len(words) < _GRAM:
        return is_mentioned
    # The index knows which books have all of the words' pieces; whether in this order, only the text does.
    pieces = func.text_grams(func.book_words(Audiobook.title, Audiobook.authors))
    return and_(pieces.bool_op("@>")(func.text_grams(func.lower(words))), is_mentioned)


def is_of_link(table: type[Audiobook | Scrape], registry: SourceRegistry, url: str) -> ColumnElement[bool]:
    """Whether a row is what a link leads to, however the link is written."""
    try:
        _, target = registry.identify(url)
    except PermanentError:
        return table.url == url
    return or_(table.url == target.url, and_(table.source == target.source, table.external_id == target.external_id))
