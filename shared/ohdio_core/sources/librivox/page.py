"""Reading a book's page: the id that the catalogue knows it by, and all that the page itself shows.

The page is made by the template ``catalog/page`` of the site's own source: ``h1``, ``.book-page-author``,
``.description``, ``.book-page-genre`` (genres, language), a list of production details, and the table
``.chapter-download`` with a row for each section, whose columns its head names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from lxml import etree
from lxml.cssselect import CSSSelector

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.languages import language_tag
from ohdio_core.sources.archive import links as archive_links
from ohdio_core.sources.archive.durations import parse_length
from ohdio_core.sources.elements import every, first, parse_html, text_of
from ohdio_core.sources.librivox.api import known_url, section_id
from ohdio_core.sources.librivox.names import distinct, person_name
from ohdio_core.sources.markup import plain_text

_ID = re.compile(r"librivox\.org/rss/([1-9]\d{0,17})\b")
_ITEM = re.compile(r"archive\.org/(?:details|download)/[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

_HEADING = CSSSelector(".book-page h1")
_AUTHORS = CSSSelector('.book-page-author a[href*="/author/"]')
_DESCRIPTION = CSSSelector(".description")
_FACTS = CSSSelector("p.book-page-genre")
_COVER = CSSSelector("a.download-cover[href]")
_TERMS = CSSSelector("dl.product-details dt")
_TABLE = CSSSelector("table.chapter-download")
_READERS = CSSSelector('a[href*="/reader/"]')


@dataclass(frozen=True, slots=True)
class BookPage:
    """What a book's page has."""

    book_id: str | None  #: the catalogue's id
    item: str | None  #: archive.org's identifier of the recordings
    title: str | None
    details: BookDetails | None  #: None where no section is listed


def parse_page(html: bytes) -> BookPage:
    """Read a book's page. Any bytes give a page; one of another site is empty."""
    text = html.decode("utf-8", errors="replace")
    book_id, address = _ID.search(text), _ITEM.search(text)
    item = archive_links.item_of(f"https://{address[0]}") if address else None
    tree = parse_html(html)
    if tree is None:
        return BookPage(book_id[1] if book_id else None, item, None, None)
    title = text_of(first(_HEADING, tree)) or None
    return BookPage(book_id[1] if book_id else None, item, title, _details(tree, title, item))


def _details(tree: etree._Element, title: str | None, item: str | None) -> BookDetails | None:
    table = first(_TABLE, tree)
    parts = () if table is None else tuple(_sections(table, item))
    if title is None or not parts:
        return None
    facts = dict(_named(fact) for fact in every(_FACTS, tree))
    description = first(_DESCRIPTION, tree)
    covers = (known_url(link.get("href") or "") for link in every(_COVER, tree))
    return BookDetails(
        title=title,
        authors=distinct(person_name(text_of(link)) for link in every(_AUTHORS, tree)),
        narrators=distinct(reader for part in parts for reader in part.narrators),
        description=plain_text(_html(description)) or None if description is not None else None,
        publisher="LibriVox",
        # Some genres have a comma in their names, so the list is left as it is shown.
        genre=facts.get("Genre(s)") or None,
        language=language_tag(facts.get("Language", "")),
        cover_url=next((url for url in covers if url is not None and url.lower().endswith(".jpg")), None),
        duration=_running_time(tree),
        parts=parts,
    )


def _sections(table: etree._Element, item: str | None) -> Iterator[Part]:
    columns: dict[str, int] = {}
    index = 0
    for row in table.iter("tr"):
        if not columns and row.find("th") is not None:
            columns = {text_of(cell): place for place, cell in enumerate(row.iterchildren("th", "td"))}
            continue
        cells = list(row.iterchildren("td"))
        if not cells or not text_of(row):
            continue
        links = [link.get("href") or "" for link in row.iter("a")]
        recordings = [url for link in links if link.lower().endswith(".mp3") and (url := known_url(link))]
        reader = _cell(cells, columns.get("Reader"))
        yield Part(
            index=index,
            external_id=section_id(item, str(index)),
            title=text_of(_cell(cells, columns.get("Chapter"))) or None,
            duration=parse_length(text_of(_cell(cells, columns.get("Time")))),
            # The better form is behind the chapter's name, after the player's.
            url=recordings[-1] if recordings else None,
            narrators=() if reader is None else _readers(reader),
        )
        index += 1


def _cell(cells: list[etree._Element], column: int | None) -> etree._Element | None:
    return cells[column] if column is not None and column < len(cells) else None


def _readers(cell: etree._Element) -> tuple[str, ...]:
    linked = distinct(person_name(text_of(link)) for link in every(_READERS, cell))
    return linked or distinct(person_name(name) for name in text_of(cell).split(","))


def _running_time(tree: etree._Element) -> timedelta | None:
    for term in every(_TERMS, tree):
        value = term.getnext()
        if text_of(term).startswith("Running Time") and value is not None:
            return parse_length(text_of(value))
    return None


def _named(fact: etree._Element) -> tuple[str, str]:
    name, _, value = text_of(fact).partition(":")
    return name.strip(), value.strip()


def _html(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", method="html", with_tail=False)
