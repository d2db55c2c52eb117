"""Looking for books by what their title or authors have in them, and for anything by its link."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_

from ohdio_core.db.models import Audiobook, Scrape
from ohdio_core.domain.plain_text import plain_text
from ohdio_core.errors import PermanentError
from ohdio_core.sources.registry import SourceRegistry

_GRAM = 3  #: shorter words are not in the index; they are common enough to be met soon


def mentioning(words: str) -> ColumnElement[bool]:
    """Whether a row of ``audiobooks`` has these words in its title or in its authors, whatever their case and accents."""
    sought = func.plain_text(words)
    is_mentioned = func.strpos(Audiobook.words, sought) > 0
    if len(plain_text(words)) < _GRAM:
        return is_mentioned
    # The index knows which books have all of the words' pieces; whether in this order, only the text does.
    return and_(func.text_grams(Audiobook.words).bool_op("@>")(func.text_grams(sought)), is_mentioned)


def is_of_link(table: type[Audiobook | Scrape], registry: SourceRegistry, url: str) -> ColumnElement[bool]:
    """Whether a row is what a link leads to, however the link is written."""
    try:
        _, target = registry.identify(url)
    except PermanentError:
        return table.url == url
    return or_(table.url == target.url, and_(table.source == target.source, table.external_id == target.external_id))
