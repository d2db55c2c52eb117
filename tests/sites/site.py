"""All simulated hosts over one catalogue: which request is for what, and its answer when nothing goes wrong."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from tests.sites import archive, feeds, graphql, hosts, librivox, ohdio, pictures, programmes
from tests.sites.answers import Answer, content, file_answer
from tests.sites.audio import AudioFactory
from tests.sites.catalogue import Catalogue, Drift, SimBook
from tests.sites.connection import Request
from tests.sites.faults import RequestKind
from tests.sites.media import (
    MediaAddress,
    MediaFile,
    MediaStore,
    is_signature_good,
    media_url,
    signed_playlist,
)

_HTML = "text/html; charset=utf-8"
_JSON = "application/json; charset=utf-8"
_XML = "application/rss+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Route:
    """What a request is for, and how to answer it."""

    kind: RequestKind
    answer: Callable[[], Answer]
    book: SimBook | None = None
    part: int | None = None
    address: MediaAddress | None = None


class Site:
    """The sites of one catalogue."""

    def __init__(self, catalogue: Catalogue, factory: AudioFactory) -> None:
        self.catalogue = catalogue
        self.media = MediaStore(catalogue, factory)
        self.books = {book.id: book for book in catalogue.books}
        self._categories = {category.id: category for category in catalogue.categories}
        self._feeds = {feed.path: feed for feed in catalogue.feeds}
        self._hosts: dict[str, Callable[[Request], Route]] = {
            **dict.fromkeys(hosts.MEDIA, self._media),
            hosts.PAGES: self._page,
            hosts.SERVICES: self._service,
            hosts.IMAGES: self._image,
            hosts.FEEDS: self._feed,
            hosts.LIBRIVOX: self._librivox,
            hosts.ARCHIVE: self._archive,
        }
        self._media_ids = {
            part.media_id: (book, index) for book in catalogue.books for index, part in enumerate(book.parts)
        }

    def route(self, request: Request) -> Route:
        """Return what the request is for."""
        return self._hosts.get(request.host, _unknown)(request)

    def media_file(self, address: MediaAddress, request: Request, version: int = 1) -> MediaFile | None:
        """The file that a media request is for; None where there is none.

        Playlists that were asked for with a signature pass it on to the addresses in them.
        """
        file = self.media.read(address, version)
        if file is None or self.catalogue.signed_for is None or not address.file_name.endswith(".m3u8"):
            return file
        return MediaFile(signed_playlist(file.body, request.query), file.content_type, file.etag, file.last_modified)

    def _media(self, request: Request) -> Route:
        address = self.media.find(request.path)
        if address is None:
            return Route(RequestKind.MEDIA, _nothing)

        def answer() -> Answer:
            is_signed = self.catalogue.signed_for is not None and request.host != hosts.ENCLOSURES
            if is_signed and not is_signature_good(request.path, request.query):
                return content(b"Access Denied", "text/plain", status=403)
            file = self.media_file(address, request)
            return _nothing() if file is None else file_answer(file, request)

        return Route(RequestKind.MEDIA, answer, address.book, address.index, address)

    def _page(self, request: Request) -> Route:
        if match := re.fullmatch(r"/ohdio/categories/(\d+)(?:/[^/]*)?", request.path):
            category = self._categories.get(int(match[1]))
            if category is None:
                return Route(RequestKind.LISTING, _nothing)
            books = [self.books[book] for book in category.books]
            return Route(
                RequestKind.LISTING, lambda: _html(ohdio.category_page(category, books, _page_number(request)))
            )
        if match := re.fullmatch(r"/ohdio/livres-audio/(\d+)(?:/.*)?", request.path):
            book = self.books.get(int(match[1]))
            if book is None or book.is_gone:
                return Route(RequestKind.PAGE, _nothing, book)
            if request.path != ohdio.ROOT + book.path:
                location = ("Location", f"https://{hosts.PAGES}{ohdio.ROOT}{book.path}")
                return Route(RequestKind.PAGE, lambda: Answer(301, headers=(location,)), book)
            return Route(RequestKind.PAGE, lambda: _html(ohdio.book_page(book, has_state=self._has_state)), book)
        if (found := self._programme_page(request)) is not None:
            return found
        return _unknown(request)

    @property
    def _has_state(self) -> bool:
        return Drift.STATE_GONE not in self.catalogue.drifts

    def _programme_page(self, request: Request) -> Route | None:
        """The page of a programme or an episode, found by its ids; slugs are not looked at."""
        bare = request.path.removeprefix(ohdio.ROOT)
        for programme in self.catalogue.programmes:
            episodes = [self.books[episode] for episode in programme.episodes]
            if bare.startswith(f"/{programme.kind}/{programme.id}") and bare.count("/") <= programme.path.count("/"):
                page = programmes.programme_page(programme, episodes, _page_number(request))
                return self._drawn(request, page)
            for episode in episodes:
                if bare.startswith(f"/{programme.kind}/") and f"/{episode.id}/" in bare:
                    return self._drawn(request, programmes.episode_page(programme, episode), episode)
        return None

    def _drawn(self, request: Request, state: dict[str, Any], episode: SimBook | None = None) -> Route:
        return Route(
            RequestKind.PAGE,
            lambda: _html(ohdio.state_page(request.path, state, has_state=self._has_state)),
            episode,
        )

    def _service(self, request: Request) -> Route:
        if request.path == "/bff/audio/graphql":
            return self._graphql(request)
        if request.path == "/media/validation/v2/":
            return self._validation(request)
        return _unknown(request)

    def _graphql(self, request: Request) -> Route:
        try:
            question = graphql.Question.of(request)
        except (KeyError, TypeError, ValueError):
            error = b'{"errors":[{"message":"Bad request","extensions":{"code":"BAD_USER_INPUT"}}]}'
            return Route(RequestKind.METADATA, lambda: content(error, _JSON, status=400))
        return Route(
            RequestKind.METADATA,
            lambda: content(graphql.answer(question, self.catalogue), _JSON),
            graphql.asked_book(question, self.catalogue),
        )

    def _validation(self, request: Request) -> Route:
        query = parse_qs(request.query)
        book, index = self._media_ids.get(query.get("idMedia", [""])[0], (None, 0))

        def answer() -> Answer:
            url = None
            if book is not None and ohdio.is_served_as(book.form, query.get("tech", [""])[0]):
                url = media_url(book, index, signed_for=self.catalogue.signed_for)
            return validation(url)

        return Route(RequestKind.VALIDATION, answer, book, index if book else None)

    def _image(self, request: Request) -> Route:
        match = re.search(r"/livres/[^/]+/(\d+)-[^/]*\.jpg$", request.path)
        return self._cover(int(match[1]), _jpeg, "image/jpeg") if match else _unknown(request)

    def _cover(self, number: int, draw: Callable[[int], bytes], content_type: str) -> Route:
        book = self.books.get(number)
        if book is None:
            return Route(RequestKind.COVER, _nothing)
        return Route(RequestKind.COVER, lambda: content(draw(number), content_type), book)

    def _feed(self, request: Request) -> Route:
        if match := re.fullmatch(r"/covers/(\d+)\.png", request.path):
            return self._cover(int(match[1]), _png, "image/png")
        if match := re.fullmatch(r"/(chapters|transcripts)/(\d+)\.(?:json|vtt)", request.path):
            return self._beside(match[1], int(match[2]))
        if request.path not in self._feeds:
            return _unknown(request)
        feed = self._feeds[request.path]
        books = [self.books[book] for book in feed.books]

        def answer() -> Answer:
            body = feeds.feed(feed, books, _page_number(request), self.media)
            return _nothing() if body is None else content(body, _XML)

        return Route(RequestKind.FEED, answer)

    def _beside(self, what: str, number: int) -> Route:
        book = self.books.get(number)
        if book is None:
            return Route(RequestKind.FEED, _nothing)
        if what == "chapters":
            return Route(RequestKind.FEED, lambda: content(feeds.chapters(book), _JSON), book)
        return Route(RequestKind.FEED, lambda: content(feeds.transcript(book), "text/plain"), book)

    def _librivox(self, request: Request) -> Route:
        found = librivox.answer(request, self.catalogue)
        return _unknown(request) if found is None else Route(found[0], lambda: found[1], found[2])

    def _archive(self, request: Request) -> Route:
        if (number := archive.pictured(request)) is not None:
            return self._cover(number, _jpeg, "image/jpeg")
        address = archive.media_address(request, self.books)
        if address is None:
            found = archive.answer(request, self.catalogue, self.media)
            return _unknown(request) if found is None else Route(found[0], lambda: found[1], found[2])

        def answer() -> Answer:
            file = self.media_file(address, request)
            return _nothing() if file is None else file_answer(file, request)

        return Route(RequestKind.MEDIA, answer, address.book, address.index, address)


def validation(url: str | None, *, code: int = 6) -> Answer:
    """The validation's answer, which is never to be stored."""
    return content(ohdio.validation_answer(url, code=code), _JSON, ("Cache-Control", "no-store"))


def _unknown(_: Request) -> Route:
    return Route(RequestKind.UNKNOWN, _nothing)


def _html(body: bytes | None) -> Answer:
    return _nothing() if body is None else content(body, _HTML)


def _nothing() -> Answer:
    return content(ohdio.not_found_page(), _HTML, status=404)


def _page_number(request: Request) -> int:
    query = parse_qs(request.query)
    asked = query.get("page", query.get("pageNumber", ["1"]))[0]
    return int(asked) if asked.isdecimal() else 0


_jpeg = functools.cache(pictures.jpeg)
_png = functools.cache(pictures.png)
