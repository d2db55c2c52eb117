"""Reading what a collection or search lists, a page at a time, by either of the site's two ways.

The scraping API (``services/search/v1/scrape``: items, total, and a cursor while there is more) goes to the end
of any listing; the advanced search (``advancedsearch.php``, as Solr answers) ends at 10,000. Both as public
clients recorded them in 2015 and later.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage
from ohdio_core.domain.languages import language_tag
from ohdio_core.errors import AnswersDifferently, PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.archive import links
from ohdio_core.sources.archive.book import image_url
from ohdio_core.sources.dates import parse_date
from ohdio_core.sources.json_values import at, decoded, number_at, text_at
from ohdio_core.sources.markup import line_of_text

# Of what filters ask the site's searches have all but the duration, which only an item's files tell.
_FIELDS = ("identifier", "title", "creator", "mediatype", "publicdate", "language")
_SCRAPED_AT_ONCE = 1000  # the API takes 100 to 10,000
ROWS = 200  #: of the advanced search
_DEEPEST = 10_000  # where the advanced search stops


def audio_query(query: str) -> str:
    """Return a query restricted to recordings."""
    return f"({query}) AND mediatype:audio"


def scrape_url(query: str, cursor: str | None) -> str:
    """Return the URL of a page of the scraping API."""
    more = {"cursor": cursor} if cursor else {}
    parameters = {"q": query, "fields": ",".join(_FIELDS), "count": _SCRAPED_AT_ONCE, **more}
    return f"{links.ROOT}/services/search/v1/scrape?{urlencode(parameters)}"


def search_url(query: str, page: int, rows: int = ROWS, *, by_relevance: bool = False) -> str:
    """Return the URL of a page of the advanced search; ``page`` counts from 1."""
    parameters = [("q", query), *(("fl[]", name) for name in _FIELDS), ("rows", rows), ("page", page)]
    # Without an order of its own the pages of one listing overlap.
    order = [] if by_relevance else [("sort[]", "identifier asc")]
    return f"{links.ROOT}/advancedsearch.php?{urlencode([*parameters, *order, ('output', 'json')])}"


def parse_scrape(body: bytes, *, is_first: bool = True) -> ListingPage:
    """Read an answer of the scraping API; ``next_cursor`` is the API's own.

    Args:
        is_first: It is the first page; the last one may be empty.

    Raises:
        AnswersDifferently: It is not one, counts items and shows none, or its items have no identifier.
        PermanentError: The site refuses the question.
    """
    answer = _decoded(body)
    items, total = at(answer, "items"), number_at(answer, "total")
    if not isinstance(items, list):
        raise _refusal(answer)
    if is_first:
        _require_items(items, total or number_at(answer, "count"))
    return ListingPage(_books(items), text_at(answer, "cursor") or None, total=total)


def parse_search(body: bytes, page: int) -> ListingPage:
    """Read an answer of the advanced search; ``next_cursor`` is the number of the page that follows.

    Raises:
        AnswersDifferently: It is not one, counts items and shows none, or its items have no identifier.
        PermanentError: The site refuses the question.
    """
    answer = _decoded(body)
    docs = at(answer, "response", "docs")
    if not isinstance(docs, list):
        raise _refusal(answer)
    total = number_at(answer, "response", "numFound")
    if total is not None and (page - 1) * ROWS < total:
        _require_items(docs, total)
    has_more = bool(docs) and (total is None or page * ROWS < total)
    if has_more and page * ROWS >= _DEEPEST:
        cut = sentence(
            "archive.search_cut",
            "archive.org's search names only the first {most} of {total} items; choose a narrower search.",
            most=_DEEPEST,
            total=f"{_DEEPEST}+" if total is None else total,
        )
        return ListingPage(_books(docs), None, total=total, note=cut)
    return ListingPage(_books(docs), str(page + 1) if has_more else None, total=total)


def _decoded(body: bytes) -> Any:
    try:
        return decoded(body)
    except ValueError as error:
        raise AnswersDifferently(
            links.SITE_NAME, sentence("archive.search_no_json", "its search did not answer with JSON.")
        ) from error


def _refusal(answer: Any) -> PermanentError:
    said = text_at(answer, "error")[:200]
    if said:
        return PermanentError(
            sentence("archive.search_refused", "archive.org's search refuses: “{message}”.", message=said)
        )
    return AnswersDifferently(links.SITE_NAME, sentence("archive.search_no_list", "its search has no list of items."))


def _require_items(items: list[Any], total: int | None) -> None:
    if total and not items:
        raise AnswersDifferently(
            links.SITE_NAME,
            sentence("archive.search_counts_only", "its search counts {count} items and shows none.", count=total),
        )


def _books(docs: list[Any]) -> tuple[BookRef, ...]:
    if docs and not any(links.is_identifier(text_at(doc, "identifier")) for doc in docs):
        raise AnswersDifferently(
            links.SITE_NAME,
            sentence("archive.search_no_identifier", "the items that its search lists have no identifier."),
        )
    found: dict[str, BookRef] = {}
    for doc in docs:
        identifier = text_at(doc, "identifier")
        if links.is_identifier(identifier) and links.is_item(identifier) and text_at(doc, "mediatype") != "collection":
            found[identifier] = _book(identifier, doc)
    return tuple(found.values())


def _book(identifier: str, doc: Any) -> BookRef:
    book = BookRef(
        links.NAME,
        links.item_url(identifier),
        identifier,
        title=_line(at(doc, "title")) or None,
        authors=tuple(name for value in _list(at(doc, "creator")) if (name := _line(value))),
        cover_url=image_url(identifier),
        published=parse_date(text_at(doc, "publicdate")),
    )
    language = language_tag(_line(at(doc, "language")))
    if language is None:
        return book
    return replace(book, details=BookDetails(book.title or "", book.authors, language=language))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _line(value: Any) -> str:
    first = next(iter(_list(value)), "")
    return line_of_text(first) if isinstance(first, str) else ""
