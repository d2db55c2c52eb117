"""Books from schema.org descriptions: Audiobook, AudioObject, PodcastSeries and PodcastEpisode (schema.org, 2026)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.sources.dates import parse_date
from ohdio_core.sources.markup import line_of_text, plain_text
from ohdio_core.sources.rss.durations import parse_duration
from ohdio_core.sources.web import links
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.found import Audio, FoundBook, without_doubles
from ohdio_core.sources.web.nodes import Node, read_nodes, types_of, values, walk

_BOOKS = frozenset({"Audiobook"})
_EPISODES = frozenset({"PodcastEpisode", "RadioEpisode"})
_SERIES = frozenset({"PodcastSeries", "RadioSeries"})
_AUDIO = frozenset({"AudioObject"})
_NOT_AUDIO = frozenset({"ImageObject", "VideoObject", "MediaReview", "Person", "Organization"})
#: Where descriptions keep their recordings.
_HOLDERS = ("audio", "encoding", "associatedMedia", "hasPart", "track", "episode", "itemListElement", "item")
_DEEPEST = 6
_MOST_AUDIO = 10_000
_MOST_NAMESAKES = 100  # compared with each other; no page has more of one name
_YEAR = re.compile(r"(1[5-9]|20)\d\d")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_INTEGER = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class Described:
    """What the descriptions on a page say."""

    books: tuple[FoundBook, ...] = ()  #: with their audio where they name it, or a page of their own
    audio: tuple[Audio, ...] = ()  #: recordings that belong to no described book
    feeds: tuple[str, ...] = ()  #: of podcasts


def read_described(document: Document) -> Described:
    """Read every description of a page that speaks of recordings."""
    roots = read_nodes(document)
    found = list(walk(roots, _BOOKS | _EPISODES | _SERIES | _AUDIO))
    page = document.details()
    books = [_book(node, document, page) for node in found if types_of(node) & (_BOOKS | _EPISODES)]
    feeds: dict[str, None] = {}
    for node in found:
        if types_of(node) & _SERIES:
            feeds.update(dict.fromkeys(_addresses(node, document, "webFeed")))
            books.extend(_book(episode, document, page) for episode in walk(list(_dicts(node)), _EPISODES))
    audio = [one for node in found if types_of(node) & _AUDIO for one in _recordings(node, document)]
    return Described(tuple(_distinct(books)), without_doubles(audio), tuple(feeds))


def _distinct(books: list[FoundBook]) -> Iterator[FoundBook]:
    """Leave out the same book described again, in the other notation; of two the one with audio stays."""
    kept: list[FoundBook] = []
    namesakes: dict[tuple[str, str | None], list[int]] = {}
    for book in books:
        places = namesakes.setdefault((book.details.title.casefold(), book.url), [])
        same = next((place for place in places[:_MOST_NAMESAKES] if _is_same(book, kept[place])), None)
        if same is None:
            places.append(len(kept))
            kept.append(book)
        elif book.audio and not kept[same].audio:
            kept[same] = book
    return iter(kept)


def _is_same(one: FoundBook, other: FoundBook) -> bool:
    """Say whether two of one name are one: neither says what the other denies, as different books do."""
    authors = [tuple(map(str.casefold, book.details.authors)) for book in (one, other)]
    audio = [tuple(recording.url for recording in book.audio) for book in (one, other)]
    return all(not all(said) or said[0] == said[1] for said in (authors, audio))


def _book(node: Node, document: Document, page: BookDetails) -> FoundBook:
    duration = _duration(node)
    series = next((value for value in values(node, "isPartOf", "partOfSeries") if isinstance(value, dict)), None)
    return FoundBook(
        BookDetails(
            title=line_of_text(_text(node, "name", "headline")) or page.title,
            authors=_people(node, "author", "creator"),
            narrators=_people(node, "readBy", "reader"),
            description=plain_text(_text(node, "description", "abstract")) or None,
            publisher=next(iter(_people(node, "publisher")), None),
            published_year=_year(_text(node, "datePublished", "copyrightYear")),
            genre=next(iter(_people(node, "genre")), None),
            audience=next(iter(_people(node, "typicalAgeRange", "audience")), None),
            page_count=_integer(_text(node, "numberOfPages")),
            language=_language(node) or page.language,
            series=None if series is None else line_of_text(_text(series, "name")) or None,
            series_position=line_of_text(_text(node, "position", "episodeNumber", "volumeNumber")) or None,
            cover_url=next(_addresses(node, document, "image", "thumbnailUrl", "thumbnail"), None) or page.cover_url,
            duration=duration,
        ),
        audio=_audio_of(node, document),
        url=next(_addresses(node, document, "url", "mainEntityOfPage", "@id"), None),
        published=parse_date(_text(node, "datePublished")),
    )


def _audio_of(node: Node, document: Document) -> tuple[Audio, ...]:
    return without_doubles(_recordings(node, document))


def _recordings(node: Node, document: Document) -> Iterator[Audio]:
    """Yield the recordings in a description, in their order; its own address first."""
    pending: list[tuple[Node, int]] = [(node, 0)]
    for _ in range(_MOST_AUDIO):
        if not pending:
            return
        current, depth = pending.pop()
        address = next(_addresses(current, document, "contentUrl"), None)
        if address is None and types_of(current) & _AUDIO:
            address = next(_addresses(current, document, "url", "embedUrl"), None)
            address = address if address and links.kind_of(address) is not links.LinkKind.PAGE else None
        if address is not None and not types_of(current) & _NOT_AUDIO:
            yield _audio(current, address)
        if depth < _DEEPEST:
            inner = list(values(current, *_HOLDERS))
            plain = [value for value in inner if isinstance(value, str)]
            for reference in plain:
                url = document.absolute(reference)
                if url is not None and links.kind_of(url) in (links.LinkKind.AUDIO, links.LinkKind.STREAM):
                    yield Audio(url, is_stream=links.kind_of(url) is links.LinkKind.STREAM)
            nested = [value for value in inner if isinstance(value, dict)]
            pending.extend((value, depth + 1) for value in reversed(_in_order(nested)))


def _audio(node: Node, address: str) -> Audio:
    format_ = _text(node, "encodingFormat", "fileFormat").lower()
    size = _text(node, "contentSize")
    return Audio(
        address,
        title=line_of_text(_text(node, "name", "headline")) or None,
        duration=_duration(node),
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 and int(size) else None,
        is_stream="mpegurl" in format_ or links.kind_of(address) is links.LinkKind.STREAM,
    )


def _in_order(nodes: list[Node]) -> list[Node]:
    """Sort parts by their positions where each has one."""
    positions = [_integer(_text(node, "position", "episodeNumber")) for node in nodes]
    if None in positions:
        return nodes
    return [node for _, node in sorted(zip(positions, nodes, strict=True), key=lambda pair: pair[0] or 0)]


def _dicts(node: Node) -> Iterator[Node]:
    for value in node.values():
        yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict))


def _text(node: Node, *names: str) -> str:
    for value in values(node, *names):
        said = next((v for v in values(value, "@value", "name") if v), None) if isinstance(value, dict) else value
        if isinstance(said, str) and said.strip():
            return said.strip()
        if isinstance(said, int) and not isinstance(said, bool):
            # Longer numbers than this mean nothing here, and Python refuses to write some of them.
            return str(said) if abs(said) < 10**15 else ""
    return ""


def _people(node: Node, *names: str) -> tuple[str, ...]:
    """Give the names of people, of organisations, or of anything else that is named."""
    found: dict[str, None] = {}
    for value in values(node, *names):
        name = line_of_text(_text({"value": value}, "value"))
        if name and "://" not in name:
            found[name] = None
    return tuple(found)


def _addresses(node: Node, document: Document, *names: str) -> Iterator[str]:
    for value in values(node, *names):
        candidates = values(value, "url", "contentUrl", "@id") if isinstance(value, dict) else iter((value,))
        for said in candidates:
            address = document.absolute(said) if isinstance(said, str) else None
            if address is not None:
                yield address


def _duration(node: Node) -> timedelta | None:
    return parse_duration(_text(node, "duration", "timeRequired"))


def _language(node: Node) -> str | None:
    for value in values(node, "inLanguage"):
        said = _text(value, "alternateName", "name") if isinstance(value, dict) else value
        if isinstance(said, str) and _LANGUAGE.fullmatch(said.strip().replace("_", "-")):
            return said.strip().replace("_", "-")
    return None


def _year(text: str) -> int | None:
    found = _YEAR.match(text)
    return int(found[0]) if found else None


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) and text.isascii() else None
