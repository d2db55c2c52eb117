"""Books from schema.org descriptions: Audiobook, AudioObject, PodcastSeries and PodcastEpisode (schema.org, 2026)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.book_numbers import isbn
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.days import day_of
from ohdio_core.sources.markup import line_of_text, plain_text
from ohdio_core.sources.series_in_title import series_in
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.editions import AUDIOBOOK, complete_editions
from ohdio_core.sources.web.forms import best_forms
from ohdio_core.sources.web.found import Audio, FoundBook
from ohdio_core.sources.web.json_ld import read_json_ld
from ohdio_core.sources.web.keys import key_of
from ohdio_core.sources.web.microdata import read_microdata
from ohdio_core.sources.web.nodes import Node, types_of, values, walk
from ohdio_core.sources.web.properties import (
    addresses_in,
    date_of,
    duration_of,
    language_of,
    number_of,
    people_in,
    text_of,
    year_of,
)
from ohdio_core.sources.web.recordings import AUDIO_TYPES, offers_recording, recordings_in

_BOOKS = frozenset({AUDIOBOOK})
_EPISODES = frozenset({"PodcastEpisode", "RadioEpisode"})
_SERIES = frozenset({"PodcastSeries", "RadioSeries"})
_NO_SERIES = frozenset({"WebSite", "WebPage"})  # of which everything on a site is a part
_MOST_BOOKS = 3000  # a page of that many is larger than any catalogue shows
_MOST_AUDIO = 10_000  # in all; no book has that many


@dataclass(frozen=True, slots=True)
class Described:
    """What the descriptions on a page say."""

    books: tuple[FoundBook, ...] = ()  #: with their audio where they name it, or a page of their own
    audio: tuple[Audio, ...] = ()  #: recordings that belong to no described book
    feeds: tuple[str, ...] = ()  #: of podcasts


def read_described(document: Document) -> Described:
    """Read every description of a page that speaks of recordings, JSON-LD before microdata.

    Raises:
        PermanentError: There are too many.
    """
    roots = [*read_json_ld(document), *read_microdata(document)]
    for root in roots:
        complete_editions(root)
    named = _BOOKS | _EPISODES | _SERIES | AUDIO_TYPES
    found = list(walk(roots, lambda node: bool(types_of(node) & named) or offers_recording(node)))
    series = [node for node in found if types_of(node) & _SERIES]
    described = [node for node in found if types_of(node) & (_BOOKS | _EPISODES)]
    described += [episode for node in series for episode in walk(list(_dicts(node)), _is_episode)]
    if len(described) > _MOST_BOOKS:
        raise PermanentError(
            sentence(
                "page.too_many_books",
                "{link} describes more than {most:,} books. Add some of them instead.",
                link=document.url,
                most=_MOST_BOOKS,
            )
        )
    page = document.details()
    recordings = _Recordings(document)
    books = [_book(node, recordings.of(node), document, page) for node in described]
    others = (node for node in found if not types_of(node) & (_BOOKS | _EPISODES | _SERIES))
    audio = [one for node in others for one in recordings.of(node)]
    feeds = dict.fromkeys(address for node in series for address in addresses_in(node, document, "webFeed"))
    return Described(tuple(_distinct(books)), best_forms(audio), tuple(feeds))


class _Recordings:
    """Collects the recordings of descriptions, and raises an error when there are too many in all."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._left = _MOST_AUDIO

    def of(self, node: Node) -> list[Audio]:
        found = list(islice(recordings_in(node, self._document), self._left + 1))
        self._left -= len(found)
        if self._left < 0:
            raise PermanentError(
                sentence(
                    "page.too_many_recordings",
                    "{link} describes more than {most:,} recordings.",
                    link=self._document.url,
                    most=_MOST_AUDIO,
                )
            )
        return found


def _distinct(books: list[FoundBook]) -> list[FoundBook]:
    """Remove a book that is described again in the other notation; of two the one with audio stays.

    Two of one name are one where neither says of authors or recordings what the other denies.
    """
    kept: list[FoundBook] = []
    places: dict[tuple[object, ...], int] = {}  # of books by name and by what they say, or may be found to say
    for book in books:
        authors = tuple(map(str.casefold, book.details.authors))
        audio = tuple(recording.url for recording in book.audio)
        name = (book.details.title.casefold(), book.url)
        # Nothing said agrees with anything; what is said, with the same and with nothing.
        agreeing = product((authors, ()) if authors else (None,), (audio, ()) if audio else (None,))
        same = min((places[name, *said] for said in agreeing if (name, *said) in places), default=None)
        if same is None:
            same = len(kept)
            kept.append(book)
        elif book.audio and not kept[same].audio:
            kept[same] = book
        for said in product({authors, None}, {audio, None}):
            places.setdefault((name, *said), same)
    return kept


def _book(node: Node, audio: list[Audio], document: Document, page: BookDetails) -> FoundBook:
    wholes = (value for value in values(node, "isPartOf", "partOfSeries") if isinstance(value, dict))
    series = next((whole for whole in wholes if not types_of(whole) & _NO_SERIES), None)
    title = line_of_text(text_of(node, "name", "headline")) or page.title
    named, place = series_in(title) or (None, None)
    return FoundBook(
        BookDetails(
            title=title,
            authors=people_in(node, "author", "creator"),
            narrators=people_in(node, "readBy", "reader"),
            description=plain_text(text_of(node, "description", "abstract")) or None,
            publisher=next(iter(people_in(node, "publisher")), None),
            published_year=year_of(node),
            published_on=day_of(text_of(node, "datePublished")),
            genre=next(iter(people_in(node, "genre")), None),
            isbn=isbn(text_of(node, "isbn")),
            audience=next(iter(people_in(node, "typicalAgeRange", "audience")), None),
            page_count=number_of(node, "numberOfPages"),
            translators=people_in(node, "translator"),
            language=language_of(node) or page.language,
            series=named if series is None else line_of_text(text_of(series, "name")) or None,
            series_position=line_of_text(text_of(node, "position", "episodeNumber", "volumeNumber")) or place,
            cover_url=next(addresses_in(node, document, "image", "thumbnailUrl", "thumbnail"), None) or page.cover_url,
            duration=duration_of(node),
        ),
        audio=best_forms(audio),
        url=next(addresses_in(node, document, "url", "mainEntityOfPage", "@id"), None),
        published=date_of(node),
        key=key_of(audio),
    )


def _is_episode(node: Node) -> bool:
    return bool(types_of(node) & _EPISODES)


def _dicts(node: Node) -> Iterator[Node]:
    for value in node.values():
        yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict))
