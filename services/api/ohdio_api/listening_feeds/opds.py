"""Catalogues as readers of OPDS 1.2 know them: Atom feeds that lead to others, or to books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

from ohdio_api.listening_feeds.books import FeedBook
from ohdio_api.listening_feeds.rss import xml_tag, xml_text
from ohdio_core.domain.formats import audio_format

NAVIGATION = "application/atom+xml;profile=opds-catalog;kind=navigation"
ACQUISITION = "application/atom+xml;profile=opds-catalog;kind=acquisition"
_ARCHIVE = "application/zip"
_NAMESPACES = 'xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/terms/"'


class CatalogueLink(NamedTuple):
    """An entry that leads to another catalogue."""

    title: str
    href: str
    kind: str
    about: str


class PageOfCatalogue(NamedTuple):
    """What a page of a catalogue says of itself."""

    title: str
    root: str  #: what addresses of this listening feed begin with
    href: str  #: its own
    kind: str
    changed_at: datetime
    following: str | None = None  #: the next page


def write_links(page: PageOfCatalogue, links: Sequence[CatalogueLink]) -> str:
    """Return a page that leads to others."""
    return "".join([*_head(page), *(_link_entry(page, each) for each in links), "</feed>\n"])


def write_books(page: PageOfCatalogue, books: Iterable[FeedBook]) -> str:
    """Return a page of books."""
    return "".join([*_head(page), *(_book_entry(page, each) for each in books), "</feed>\n"])


def _head(page: PageOfCatalogue) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<feed {_NAMESPACES}>\n'
    yield xml_tag("id", _urn(page.href)) + xml_tag("title", page.title)
    yield xml_tag("updated", _moment(page.changed_at))
    yield _link("self", page.href, page.kind)
    yield _link("start", f"{page.root}/catalogue.xml", NAVIGATION)
    if page.following is not None:
        yield _link("next", page.following, page.kind)


def _link_entry(page: PageOfCatalogue, to: CatalogueLink) -> str:
    return (
        f"<entry>{xml_tag('title', to.title)}{xml_tag('id', _urn(to.href))}"
        f"{xml_tag('updated', _moment(page.changed_at))}"
        f'<content type="text">{xml_text(to.about)}</content>{_link("subsection", to.href, to.kind)}</entry>\n'
    )


def _book_entry(page: PageOfCatalogue, book: FeedBook) -> str:
    cover = f"{page.root}/covers/{book.id}.jpg"
    said = [
        xml_tag("title", book.title),
        xml_tag("id", f"urn:ohdio:{book.name}"),
        xml_tag("updated", _moment(book.filed_at)),
        *(f"<author>{xml_tag('name', name)}</author>" for name in book.authors),
        *(f"<contributor>{xml_tag('name', name)}</contributor>" for name in (*book.narrators, *book.translators)),
    ]
    if book.language:
        said.append(xml_tag("dc:language", book.language))
    if book.description:
        said.append(f'<summary type="text">{xml_text(book.description)}</summary>')
    said += [
        _link("http://opds-spec.org/image", cover, "image/jpeg"),
        _link("http://opds-spec.org/image/thumbnail", cover, "image/jpeg"),
        _acquisition(page, book),
    ]
    return f"<entry>{''.join(said)}</entry>\n"


def _acquisition(page: PageOfCatalogue, book: FeedBook) -> str:
    """Return the link to a book: to its file, or to all of them in one archive."""
    rel = "http://opds-spec.org/acquisition/open-access"
    if len(book.episodes) != 1:
        return _link(rel, f"{page.root}/books/{book.id}.zip", _ARCHIVE)
    file = PurePath(book.episodes[0].file)
    kind = audio_format(file)
    media_type = "application/octet-stream" if kind is None else kind.media_type
    return _link(rel, f"{page.root}/audio/{book.id}/1{file.suffix}", media_type)


def _link(rel: str, href: str, kind: str) -> str:
    return f'<link rel="{rel}" href="{xml_text(href)}" type="{kind}"/>\n'


def _urn(address: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, address)}"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
