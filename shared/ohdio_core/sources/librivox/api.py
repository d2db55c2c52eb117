"""From the answers of LibriVox's API (``/api/feed/audiobooks``, extended, with cover art) to books.

The shapes are those of the server's own source and of recorded answers (2014-2026): ``books`` is a list, or an
object with stray keys (any list in it may be one, too); every number is a text, but for ``totaltimesecs``;
``listen_url`` may be empty, null, or lead to a host that is gone. Where there is no book the status is 404. A proxy's
or database's HTML page may come instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ohdio_core.domain.audiobook import BookDetails, Part, TargetKind
from ohdio_core.domain.languages import language_tag
from ohdio_core.errors import AnswersDifferently, DiffersForNow
from ohdio_core.sentences import sentence
from ohdio_core.sources.archive import links as archive_links
from ohdio_core.sources.archive.book import image_url
from ohdio_core.sources.archive.durations import parse_length
from ohdio_core.sources.canonical import refuse_reason
from ohdio_core.sources.json_values import at, decoded, number_at, text_at
from ohdio_core.sources.librivox import links
from ohdio_core.sources.librivox.names import distinct, person_name
from ohdio_core.sources.librivox.titles import with_article
from ohdio_core.sources.markup import line_of_text, plain_text
from ohdio_core.sources.series_in_title import series_in

_NO_RESULT = re.compile(r"not (?:be )?found", re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,8}(?:\.\d{1,6})?", re.ASCII)
_NEEDED = frozenset({"url_librivox", "title"})  # of a record, though they may be empty
_ARCHIVE = re.compile(r"^https?://(?:www\.)?archive\.org/")


@dataclass(frozen=True, slots=True)
class CatalogueBook:
    """A book as the catalogue has it."""

    slug: str  #: of its page; what it is known by
    title: str
    author_ids: frozenset[str]
    language: str  #: its English name
    item: str | None  #: archive.org's identifier of its recordings
    section_count: int | None  #: how many the catalogue says there are
    details: BookDetails  #: parts are the sections that are listed

    @property
    def is_whole(self) -> bool:
        """Return whether there are sections, and all of them are listed."""
        return bool(self.details.parts) and (self.section_count or 0) <= len(self.details.parts)

    @property
    def completeness(self) -> float:
        """Return the share of the book that is listed: 1 is all of it, and even nothing is more than 0."""
        listed, count = len(self.details.parts), self.section_count or 0
        return 1.0 if self.is_whole else (listed + 1) / (max(count, listed) + 2)


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """One answer: the books that can be known again, and how many records it had."""

    books: tuple[CatalogueBook, ...]
    record_count: int


def parse_books(body: bytes) -> CataloguePage:
    """Read an answer about books; a record without the address of a page is not published yet, and left out.

    Raises:
        AnswersDifferently: Of none of the books it has the page and the title.
        TransientError: The answer is not the API's own; the site has a problem.
    """
    answer = _answer(body)
    books = at(answer, "books")
    if not isinstance(books, list | dict):
        _require_no_result(text_at(answer, "error"))
    records = _records(books)
    if records and not any(isinstance(each, dict) and each.keys() >= _NEEDED for each in records):
        raise AnswersDifferently(
            links.SITE_NAME,
            sentence("librivox.books_without_page", "the books in its catalogue have no page or no title."),
        )
    found = tuple(book for record in records if (book := _book(record)) is not None)
    if not found and any(text_at(record, "url_librivox") and text_at(record, "title") for record in records):
        raise AnswersDifferently(
            links.SITE_NAME,
            sentence(
                "librivox.books_at_unknown_pages",
                "the books in its catalogue have pages at addresses that are not known.",
            ),
        )
    return CataloguePage(found, len(records))


def is_refusal(body: bytes) -> bool:
    """Return whether an answer is the API's own word that there is something else than books."""
    try:
        return bool(text_at(decoded(body), "error"))
    except ValueError:
        return False


def _require_no_result(error: str) -> None:
    """Raise an error unless an answer without books says that there are none.

    Raises:
        AnswersDifferently: It says something else.
        DiffersForNow: It says nothing; the site has a problem.
    """
    if not error:
        raise DiffersForNow(
            links.SITE_NAME, sentence("librivox.catalogue_no_list", "its catalogue has no list of books.")
        )
    if _NO_RESULT.search(error) is None:
        raise AnswersDifferently(
            links.SITE_NAME,
            sentence("librivox.catalogue_says", "its catalogue says “{message}”.", message=line_of_text(error)[:200]),
        )


def parse_last_name(body: bytes, author_id: str) -> str | None:
    """Read an author's last name, by which the API finds books; None where it does not know the author.

    Raises:
        TransientError: The answer is not the API's own; the site has a problem.
    """
    for author in _records(at(_answer(body), "authors")):
        if _number(author, "id") == author_id:
            return text_at(author, "last_name").strip() or None
    return None


def is_in_language(book: CatalogueBook, language: str) -> bool:
    """Return whether a book is in a language, given by its English name, code or tag."""
    if book.language.casefold() == language.casefold():
        return True
    wanted, spoken = language_tag(language), book.details.language
    # The catalogue names no regions, so one that is asked for says nothing of its books.
    return wanted is not None and spoken is not None and (wanted == spoken or wanted.startswith(f"{spoken}-"))


def known_url(text: str) -> str | None:
    """Return the address of a recording: https on archive.org, unchanged elsewhere; None where it is invalid."""
    address = text.strip()
    if refuse_reason(address) is not None:
        return None
    # The catalogue has http://www.archive.org, which only redirects.
    address = _ARCHIVE.sub(f"{archive_links.ROOT}/", address)
    return address if address.startswith(("http://", "https://")) else None


def section_id(item: str | None, section: str) -> str:
    """Return the id of a section, from which the item with its recording can be derived."""
    return f"{item}/{section}" if item else section


def _answer(body: bytes) -> Any:
    try:
        return decoded(body)
    except ValueError as error:
        raise DiffersForNow(
            links.SITE_NAME, sentence("librivox.catalogue_no_json", "its catalogue did not answer with JSON.")
        ) from error


def _book(record: Any) -> CatalogueBook | None:
    target = links.match(text_at(record, "url_librivox"))
    title = line_of_text(text_at(record, "title"))
    if target is None or target.kind is not TargetKind.AUDIOBOOK or not title:
        return None
    item = archive_links.item_of(text_at(record, "url_iarchive").strip())
    language = line_of_text(text_at(record, "language"))
    authors = _records(at(record, "authors"))
    parts = tuple(_sections(record, item))
    year = number_at(record, "copyright_year")
    full_title = with_article(title, target.external_id)
    series, position = series_in(full_title) or (None, None)
    return CatalogueBook(
        slug=target.external_id,
        title=title,
        author_ids=frozenset(_number(author, "id") for author in authors),
        language=language,
        item=item,
        section_count=number_at(record, "num_sections"),
        details=BookDetails(
            title=full_title,
            series=series,
            series_position=position,
            authors=distinct(_person(author) for author in authors),
            narrators=distinct(reader for part in parts for reader in part.narrators),
            description=plain_text(text_at(record, "description")) or None,
            publisher="LibriVox",
            published_year=year if year is not None and 0 < year < 10_000 else None,
            genre="; ".join(distinct(_genre(each) for each in _records(at(record, "genres")))) or None,
            language=language_tag(language),
            cover_url=known_url(text_at(record, "coverart_jpg")) or (image_url(item) if item else None),
            duration=_seconds(at(record, "totaltimesecs")),
            parts=parts,
            translators=distinct(_person(each) for each in _records(at(record, "translators"))),
        ),
    )


def _sections(record: Any, item: str | None) -> Iterator[Part]:
    # Numbers begin with 0 in some books; the order of the answer is kept where one has none.
    sections = _records(at(record, "sections"))
    numbers = [number_at(section, "section_number") for section in sections]
    if None not in numbers:
        sections = sorted(sections, key=lambda section: number_at(section, "section_number") or 0)
    for index, section in enumerate(sections):
        yield Part(
            index=index,
            external_id=section_id(item, _number(section, "id") or _number(section, "section_number") or str(index)),
            title=line_of_text(text_at(section, "title")) or None,
            duration=_seconds(at(section, "playtime")),
            url=known_url(text_at(section, "listen_url")),
            narrators=distinct(person_name(text_at(each, "display_name")) for each in _records(at(section, "readers"))),
        )


def _person(author: Any) -> str:
    return line_of_text(f"{text_at(author, 'first_name')} {text_at(author, 'last_name')}")


def _genre(genre: Any) -> str:
    # A genre that heads others is marked with an asterisk.
    return line_of_text(text_at(genre, "name")).removeprefix("*").strip()


def _records(value: Any) -> list[Any]:
    """Return the records in a list or among an object's values; an object without any is a record itself."""
    if isinstance(value, dict):
        return [each for each in value.values() if isinstance(each, dict)] or ([value] if value else [])
    return value if isinstance(value, list) else []


def _number(record: Any, name: str) -> str:
    number = number_at(record, name)
    return "" if number is None else str(number)


def _seconds(value: Any) -> timedelta | None:
    if isinstance(value, str) and ":" in value:
        return parse_length(value.strip())
    if isinstance(value, str):
        value = float(value) if _SECONDS.fullmatch(value.strip()) else None
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    # A recording is shorter than a year; anything else is not a duration, and neither is "not a number".
    return timedelta(seconds=value) if 0 < value < 366 * 86400 else None
