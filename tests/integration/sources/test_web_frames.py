"""Players in frames over real HTTP: one step, through the client that pages are read with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ohdio_core.domain.audiobook import BookRef
from ohdio_core.errors import PermanentError, TransientError
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient
from ohdio_core.sources.web import WebSource
from tests.integration.sources.origin import Origin

SOURCE = WebSource()
PAGE = "https://stories.example/phare"
HOSTS = ("stories.example", "player.captivate.fm", "share.transistor.fm", "other.example")


@pytest.fixture
def http(origin: Origin) -> Iterator[SiteClient]:
    factory = HttpClientFactory(ClientSettings(host_overrides=dict.fromkeys(HOSTS, origin.url)))
    yield factory.site("stories.example")
    factory.close()


def answer(origin: Origin, path: str, body: str) -> None:
    origin.answer(path, body.encode(), headers={"Content-Type": "text/html"})


def books(http: SiteClient) -> list[BookRef]:
    target = SOURCE.match(PAGE)
    assert target is not None
    return [book for page in SOURCE.discover(target, http) for book in page.books]


def parts(book: BookRef) -> list[tuple[str | None, str | None]]:
    assert book.details is not None
    return [(part.title, part.url) for part in book.details.parts]


def test_play_what_the_pages_book_is(origin: Origin, http: SiteClient) -> None:
    frames = (
        '<iframe src="https://player.captivate.fm/episode/7" title="Le départ"></iframe>'
        '<iframe data-src="//share.transistor.fm/e/8" src="about:blank"></iframe>'
        '<iframe src="https://other.example/episode/9"></iframe>'
        '<iframe src="https://player.captivate.fm/gone"></iframe>'
        '<iframe src="https://player.captivate.fm/episode/7"></iframe>'
    )
    answer(origin, "/phare", f"<title>Le phare</title><p>Lu par Noé Côté</p>{frames}")
    answer(origin, "/episode/7", '<title>x</title><audio src="/files/7.mp3"></audio>')
    script = r'window.x = {"title": "Le retour", "url": "https:\/\/media.example\/8.mp3?a=1\u0026b=2", "image": "z"}'
    answer(origin, "/e/8", f"<title>y</title><script>{script}</script><iframe src='/e/9'></iframe>")
    (book,) = books(http)
    assert (book.title, book.details and book.details.narrators) == ("Le phare", ("Noé Côté",))
    assert parts(book) == [
        ("Le départ", "https://player.captivate.fm/files/7.mp3"),
        ("Le retour", "https://media.example/8.mp3?a=1&b=2"),
    ]
    assert [seen.path for seen in origin.requests] == ["/phare", "/episode/7", "/e/8", "/gone"]
    assert SOURCE.describe(BookRef("web", book.url, book.external_id), http) == book.details


def test_of_the_pages_own_site_are_asked(origin: Origin, http: SiteClient) -> None:
    answer(origin, "/phare", '<title>Le phare</title><iframe src="/embed/7"></iframe><iframe src="/map"></iframe>')
    answer(origin, "/embed/7", '<div data-audio="/7.mp3"></div>')
    assert [url for _, url in parts(books(http)[0])] == ["https://stories.example/7.mp3"]
    assert [seen.path for seen in origin.requests] == ["/phare", "/embed/7"]


def test_of_services_that_give_nothing_are_not_asked(origin: Origin, http: SiteClient) -> None:
    frames = '<iframe src="https://open.spotify.com/embed/x"></iframe><iframe src="https://bandcamp.com/y"></iframe>'
    answer(origin, "/phare", f"<title>Le phare</title>{frames}")
    with pytest.raises(PermanentError, match=r"\(Spotify, Bandcamp\).* Look for the show's feed"):
        books(http)
    assert [seen.path for seen in origin.requests] == ["/phare"]


def test_are_not_asked_where_the_page_itself_plays(origin: Origin, http: SiteClient) -> None:
    answer(origin, "/phare", '<audio src="1.mp3"></audio><iframe src="https://player.captivate.fm/episode/7"></iframe>')
    assert [url for _, url in parts(books(http)[0])] == ["https://stories.example/1.mp3"]
    assert len(origin.requests) == 1


def test_that_fail_now_are_asked_again(origin: Origin, http: SiteClient) -> None:
    answer(origin, "/phare", '<iframe src="https://player.captivate.fm/episode/7"></iframe>')
    origin.answer("/episode/7", b"", status=503)
    with pytest.raises(TransientError):
        books(http)


def test_never_lead_into_a_private_network(origin: Origin) -> None:
    answer(origin, "/phare", '<iframe src="https://share.transistor.fm/e/8"></iframe>')
    factory = HttpClientFactory(ClientSettings(host_overrides={"stories.example": origin.url}))
    try:
        origin.answer("/e/8", b"", status=302, headers={"Location": "http://127.0.0.1/x"})
        with pytest.raises((PermanentError, TransientError)):
            books(factory.site("stories.example"))
    finally:
        factory.close()
    assert [seen.path for seen in origin.requests] == ["/phare"]
