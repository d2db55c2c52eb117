"""OHdio over real HTTP: what is asked, in which order, and what comes of odd answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pytest

from ohdio_core.domain.audiobook import BookRef, MediaKind, Part
from ohdio_core.errors import NotFound, PermanentError, Throttled, TransientError
from ohdio_core.sources.http import HttpClientFactory, HttpSettings, SiteClient
from ohdio_core.sources.ohdio import OhdioSource
from tests.integration.sources.origin import Origin, send
from tests.unit.sources.ohdio.answers import answer, book, grid_item, page, page_error, validation

HOSTS = ("ici.radio-canada.ca", "services.radio-canada.ca", "rcavmedias-download.akamaized.net")
SOURCE = OhdioSource()
CATEGORY = "/ohdio/categories/9001/contes"
REF = BookRef("ohdio", "https://ici.radio-canada.ca/ohdio/livres-audio/77001", "77001")
GRAPHQL = "/bff/audio/graphql"
VALIDATION = "/media/validation/v2/"
PART = Part(0, "501")
FILE = "https://rcavmedias-download.akamaized.net/mp4/a/b_128.mp4"
PLAYLIST = "https://rcavmedias-static.akamaized.net/hls/a/master.m3u8?hdnea=st=1~exp=1777000120~hmac=0"


@pytest.fixture
def http(origin: Origin) -> Iterator[SiteClient]:
    factory = HttpClientFactory(HttpSettings(host_overrides=dict.fromkeys(HOSTS, origin.url)))
    yield factory.site("ohdio")
    factory.close()


def by_technique(**bodies: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        [technique] = parse_qs(urlsplit(handler.path).query)["tech"]
        send(handler, bodies[technique])

    return reply


def techniques(origin: Origin) -> list[str]:
    return [parse_qs(urlsplit(seen.path).query)["tech"][0] for seen in origin.requests]


class TestDiscover:
    def target(self) -> str:
        return f"https://ici.radio-canada.ca{CATEGORY}"

    def test_pages_are_walked_to_the_last(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(CATEGORY, page(grid_item(1, "Un"), head=f'<link rel="next" href="{CATEGORY}?page=2">'))
        origin.answer(f"{CATEGORY}?page=2", page(grid_item(2, "Deux")))
        target = SOURCE.match(self.target())
        assert target is not None
        pages = list(SOURCE.discover(target, http))
        assert [[found.external_id for found in each.books] for each in pages] == [["1"], ["2"]]
        assert [each.next_cursor for each in pages] == [f"{self.target()}?page=2", None]

    def test_a_cursor_goes_on_where_it_stopped(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(f"{CATEGORY}?page=2", page(grid_item(2, "Deux")))
        target = SOURCE.match(self.target())
        assert target is not None
        [only] = SOURCE.discover(target, http, f"{self.target()}?page=2")
        assert only.books[0].external_id == "2"

    def test_pages_that_lead_in_a_circle_end(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(CATEGORY, page(grid_item(1, "Un"), head='<link rel="next" href="?page=2">'))
        origin.answer(f"{CATEGORY}?page=2", page(grid_item(2, "Deux"), head=f'<link rel="next" href="{CATEGORY}">'))
        target = SOURCE.match(self.target())
        assert target is not None
        assert [each.next_cursor is None for each in SOURCE.discover(target, http)] == [False, True]

    def test_a_page_that_fails_leaves_what_was_found(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(CATEGORY, page(grid_item(1, "Un"), head='<link rel="next" href="?page=2">'))
        origin.answer(f"{CATEGORY}?page=2", status=500)
        target = SOURCE.match(self.target())
        assert target is not None
        pages = SOURCE.discover(target, http)
        assert next(pages).books[0].external_id == "1"
        with pytest.raises(TransientError, match="500"):
            next(pages)

    def test_a_page_without_books_is_an_error(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(CATEGORY, page("<h1>Contes</h1>"))
        target = SOURCE.match(self.target())
        assert target is not None
        with pytest.raises(PermanentError, match="No audiobook was found"):
            next(SOURCE.discover(target, http))


class TestDescribe:
    def test_the_api_is_asked_first_and_once(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(GRAPHQL, answer(book()))
        details = SOURCE.describe(REF, http)
        assert (details.title, len(details.parts)) == ("Le phare & la brume", 2)
        [seen] = origin.requests
        assert seen.headers["apollo-require-preflight"] == "true"
        assert seen.method == "POST"
        asked = json.loads(seen.body)
        assert asked["variables"] == {"params": {"id": 77001}}
        assert asked["query"].startswith("query audioBookById(")

    def test_the_persisted_question_is_asked_where_the_text_is_refused(self, origin: Origin, http: SiteClient) -> None:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            refusal = b'{"errors":[{"message":"Cannot query field"}]}'
            send(handler, refusal if handler.command == "POST" else answer(book()))

        origin.answers[GRAPHQL] = reply
        assert SOURCE.describe(REF, http).title == "Le phare & la brume"
        assert [seen.method for seen in origin.requests] == ["POST", "GET"]
        asked = parse_qs(urlsplit(origin.requests[1].path).query)
        assert asked["opname"] == ["audioBookById"]
        assert json.loads(asked["variables"][0]) == {"params": {"context": "web", "id": 77001}}

    def test_a_book_that_does_not_exist_is_not_found(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(GRAPHQL, answer(page_error()))
        with pytest.raises(NotFound, match="n'a pas été trouvé"):
            SOURCE.describe(REF, http)
        assert len(origin.requests) == 1

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (answer({}), 200),
            (b'{"errors":[{"message":"PersistedQueryNotFound"}]}', 200),
            (b"", 400),
            (b"", 404),
            (b"", 403),
        ],
    )
    def test_the_page_is_read_where_the_api_does_not_know(
        self, origin: Origin, http: SiteClient, body: bytes, status: int
    ) -> None:
        origin.answer(GRAPHQL, body, status)
        location = "/ohdio/livres-audio/77001/le-phare"
        origin.answer("/ohdio/livres-audio/77001", status=301, headers={"Location": location})
        origin.answer(location, page("", book()))
        assert SOURCE.describe(REF, http).title == "Le phare & la brume"

    def test_the_page_is_read_where_the_api_fails(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(GRAPHQL, status=503)
        origin.answer("/ohdio/livres-audio/77001", page("", book(), "/ohdio/livres-audio/77001"))
        assert SOURCE.describe(REF, http).title == "Le phare & la brume"

    @pytest.mark.parametrize("status", [200, 404, 503])
    def test_a_failing_api_is_waited_for_where_the_page_does_not_help(
        self, origin: Origin, http: SiteClient, status: int
    ) -> None:
        origin.answer(GRAPHQL, status=503)
        origin.answer("/ohdio/livres-audio/77001", b"<html>Bonjour</html>", status)
        with pytest.raises(TransientError, match="503"):
            SOURCE.describe(REF, http)

    def test_a_site_that_asks_for_fewer_requests_gets_no_second(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(GRAPHQL, status=429, headers={"Retry-After": "60"})
        with pytest.raises(Throttled):
            SOURCE.describe(REF, http)
        assert len(origin.requests) == 1

    def test_a_link_of_another_time_is_a_clear_error(self, http: SiteClient) -> None:
        with pytest.raises(PermanentError, match="not an address of OHdio"):
            SOURCE.describe(BookRef("ohdio", "https://ici.radio-canada.ca/ohdio/direct", "1"), http)

    def test_neither_api_nor_page_is_a_clear_error(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(GRAPHQL, answer({}))
        origin.answer("/ohdio/livres-audio/77001", b"<html>Bonjour</html>")
        with pytest.raises(PermanentError, match="format may have changed"):
            SOURCE.describe(REF, http)


class TestResolve:
    def test_one_file_is_asked_for_first(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(VALIDATION, validation(FILE))
        media = SOURCE.resolve(REF, PART, http)
        assert (media.url, media.kind) == (FILE, MediaKind.HTTP)
        assert techniques(origin) == ["progressive"]
        assert "idMedia=501" in origin.requests[0].path

    def test_a_playlist_is_taken_where_there_is_no_file(self, origin: Origin, http: SiteClient) -> None:
        origin.answers[VALIDATION] = by_technique(progressive=validation(None, 6), hls=validation(PLAYLIST))
        media = SOURCE.resolve(REF, PART, http)
        assert (media.url, media.kind) == (PLAYLIST, MediaKind.HLS)
        assert media.expires_at is not None

    def test_neither_is_not_found(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(VALIDATION, validation(None, 6, "Média n'est pas trouvé"))
        with pytest.raises(NotFound, match="does not have this recording"):
            SOURCE.resolve(REF, PART, http)
        assert techniques(origin) == ["progressive", "hls"]

    def test_a_closed_country_is_not_tried_another_way(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(VALIDATION, validation(None, 1))
        with pytest.raises(PermanentError, match="in your country"):
            SOURCE.resolve(REF, PART, http)
        assert techniques(origin) == ["progressive"]

    def test_an_address_elsewhere_is_refused(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(VALIDATION, validation("https://elsewhere.example/a.mp4"))
        with pytest.raises(PermanentError, match=r"elsewhere\.example"):
            SOURCE.resolve(REF, PART, http)

    def test_an_overridden_host_is_as_good_as_its_own(self, origin: Origin) -> None:
        overrides = dict.fromkeys((*HOSTS, "mirror.example"), origin.url)
        factory = HttpClientFactory(HttpSettings(host_overrides=overrides))
        origin.answer(VALIDATION, validation("http://mirror.example/a.mp4"))
        assert SOURCE.resolve(REF, PART, factory.site("ohdio")).url == "https://mirror.example/a.mp4"
        factory.close()


class TestList:
    def test_a_listening_list_has_books_and_episodes(self, origin: Origin, http: SiteClient) -> None:
        path = "/ohdio/listes-d-ecoute/7001/pour-la-route"
        cards = [
            {"title": "Le phare", "url": "/livres-audio/77001/le-phare"},
            {"title": "Un", "url": "/balados/8001/les-vents/41/un"},
            {"title": "Les vents", "url": "/balados/8001/les-vents"},
        ]
        origin.answer(path, page("<h1>Pour la route</h1>", {"content": {"items": cards}}, path))
        target = SOURCE.match(f"https://ici.radio-canada.ca{path}")
        assert target is not None
        [only] = SOURCE.discover(target, http)
        assert only.title == "Pour la route"
        assert [found.external_id for found in only.books] == ["77001", "episode-41"]


class TestCountedPages:
    def test_a_page_that_is_shown_again_is_the_last(self, origin: Origin, http: SiteClient) -> None:
        data = {
            "items": [{"title": "Un", "url": "/livres-audio/1/un"}],
            "pagination": {"pageSize": 1, "totalCount": 9},
        }
        origin.answer(CATEGORY, page("", data, CATEGORY))
        target = SOURCE.match(f"https://ici.radio-canada.ca{CATEGORY}")
        assert target is not None
        pages = list(SOURCE.discover(target, http))
        assert [[found.external_id for found in each.books] for each in pages] == [["1"], ["1"]]
        assert [seen.path for seen in origin.requests] == [CATEGORY, f"{CATEGORY}?pageNumber=2"]
