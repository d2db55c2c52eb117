"""OHdio over real HTTP: what is asked, in which order, and what comes of odd answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from structlog.testing import capture_logs

from ohdio_core.domain.audiobook import BookRef, ListingPage, MediaKind, Part
from ohdio_core.errors import NotFound, PermanentError, Throttled, TransientError
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient
from ohdio_core.sources.ohdio import OhdioSource
from tests.integration.sources.origin import Origin, send
from tests.unit.sources.ohdio.answers import (
    answer,
    book,
    card_of_episode,
    grid_item,
    page,
    page_error,
    programme,
    validation,
)

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
    factory = HttpClientFactory(ClientSettings(host_overrides=dict.fromkeys(HOSTS, origin.url)))
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

    def test_a_listing_that_is_shorter_than_its_count_is_in_the_log(self, origin: Origin, http: SiteClient) -> None:
        data = {"pagination": {"pageSize": 9, "totalCount": 9}}
        origin.answer(CATEGORY, page(grid_item(1, "Un"), data, CATEGORY))
        target = SOURCE.match(self.target())
        assert target is not None
        with capture_logs() as logged:
            list(SOURCE.discover(target, http))
        [event] = [event for event in logged if event["log_level"] == "warning"]
        assert (event["count"], event["total"]) == (1, 9)

    def test_a_page_without_books_is_an_error(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(CATEGORY, page("<h1>Contes</h1>"))
        target = SOURCE.match(self.target())
        assert target is not None
        with pytest.raises(PermanentError, match="OHdio answers differently than this version knows: no audiobook"):
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

    def test_a_title_may_tell_the_series(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(GRAPHQL, answer(book(title="Les marées, tome 2")))
        details = SOURCE.describe(REF, http)
        assert (details.title, details.series, details.series_position) == ("Les marées, tome 2", "Les marées", "2")

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
        with pytest.raises(PermanentError, match="OHdio answers differently than this version knows"):
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

    @pytest.mark.parametrize(
        "progressive",
        [
            validation(None, 4, "Le format n'est pas disponible"),
            validation(None),
            validation("https://elsewhere.example/a.mp4"),
            validation("https://["),
            b"<html>busy</html>",
            b"{}",
        ],
        ids=["no such format", "no address", "another host", "no host", "no JSON", "no code"],
    )
    def test_a_playlist_is_taken_whatever_is_wrong_with_the_file(
        self, origin: Origin, http: SiteClient, progressive: bytes
    ) -> None:
        origin.answers[VALIDATION] = by_technique(progressive=progressive, hls=validation(PLAYLIST))
        assert SOURCE.resolve(REF, PART, http).url == PLAYLIST
        assert techniques(origin) == ["progressive", "hls"]

    def test_a_technique_that_the_service_fails_at_is_not_the_last(self, origin: Origin, http: SiteClient) -> None:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            send(handler, validation(PLAYLIST), 200 if "tech=hls" in handler.path else 500)

        origin.answers[VALIDATION] = reply
        assert SOURCE.resolve(REF, PART, http).url == PLAYLIST

    def test_what_may_be_there_later_is_waited_for(self, origin: Origin, http: SiteClient) -> None:
        origin.answers[VALIDATION] = by_technique(progressive=validation(None, 6), hls=validation(None, 4, "Format"))
        with pytest.raises(TransientError, match="code 4"):
            SOURCE.resolve(REF, PART, http)

    def test_a_service_that_asks_for_fewer_requests_gets_no_second(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(VALIDATION, status=429, headers={"Retry-After": "60"})
        with pytest.raises(Throttled):
            SOURCE.resolve(REF, PART, http)
        assert len(origin.requests) == 1

    @pytest.mark.parametrize("message", ["Ce contenu est disponible seulement en premium", "Vous devez être connecté"])
    def test_what_is_for_others_is_not_tried_another_way(self, origin: Origin, http: SiteClient, message: str) -> None:
        origin.answer(VALIDATION, validation(None, 4, message))
        with pytest.raises(PermanentError, match="only"):
            SOURCE.resolve(REF, PART, http)
        assert techniques(origin) == ["progressive"]

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
        factory = HttpClientFactory(ClientSettings(host_overrides=overrides))
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


class TestProgramme:
    PATH = "/ohdio/balados/8001/les-vents"

    def answer_by_method(self, origin: Origin, **bodies: bytes) -> None:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            send(handler, bodies[handler.command])

        origin.answers[GRAPHQL] = reply

    def walk(self, http: SiteClient) -> list[ListingPage]:
        target = SOURCE.match(f"https://ici.radio-canada.ca{self.PATH}")
        assert target is not None
        return list(SOURCE.discover(target, http))

    def answered(self, *episodes: dict[str, Any], total: int = 5) -> bytes:
        return answer(programme(*episodes, size=5, total=total), "programmeById")

    def test_the_answer_in_which_all_episodes_can_be_read_is_taken(self, origin: Origin, http: SiteClient) -> None:
        whole = [card_of_episode(41 + number) for number in range(5)]
        unread = [{"__typename": "CardEpisodeV2"}] * 4
        self.answer_by_method(origin, POST=self.answered(whole[0], *unread), GET=self.answered(*whole))
        [page] = self.walk(http)
        assert [book.external_id for book in page.books] == [f"episode-{41 + number}" for number in range(5)]

    def test_the_answer_with_titles_is_taken(self, origin: Origin, http: SiteClient) -> None:
        whole = [card_of_episode(41 + number) for number in range(5)]
        untitled = [{**each, "title": None} for each in whole]
        self.answer_by_method(origin, POST=self.answered(*untitled), GET=self.answered(*whole))
        [page] = self.walk(http)
        assert "Sans titre" not in {book.title for book in page.books}

    def test_the_answer_that_lists_as_many_as_it_counts_is_taken(self, origin: Origin, http: SiteClient) -> None:
        whole = [card_of_episode(41 + number) for number in range(5)]
        self.answer_by_method(origin, POST=self.answered(*whole[:2]), GET=self.answered(*whole))
        assert [len(page.books) for page in self.walk(http)] == [5]

    def test_one_episode_without_a_summary_is_not_looked_for_elsewhere(self, origin: Origin, http: SiteClient) -> None:
        episodes = [card_of_episode(41, summary=""), card_of_episode(42)]
        self.answer_by_method(origin, POST=self.answered(*episodes, total=2))
        [page] = self.walk(http)
        assert len(origin.requests) == 1
        assert [book.details and book.details.description for book in page.books] == [None, "On en parle."]

    def test_episodes_that_no_answer_tells_are_in_the_log(self, origin: Origin, http: SiteClient) -> None:
        body = self.answered(card_of_episode(41), {"title": "Deux"}, card_of_episode(43, title=""), total=3)
        self.answer_by_method(origin, POST=body, GET=body)
        with capture_logs() as logged:
            assert [len(page.books) for page in self.walk(http)] == [2]
        warnings = {event["event"]: event for event in logged if event["log_level"] == "warning"}
        assert warnings["episodes incomplete"]["without_id"] == 1
        assert warnings["episodes incomplete"]["without_title"] == 1
        assert (warnings["listing shorter than its count"]["count"], len(warnings)) == (2, 2)

    def test_ways_that_never_lead_to_the_end_do_not_begin_anew_forever(self, origin: Origin, http: SiteClient) -> None:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            # The text has odd pages of one, the hash even pages of two.
            seen = origin.requests[-1]
            is_text = seen.method == "POST"
            asked = json.loads(seen.body if is_text else parse_qs(urlsplit(seen.path).query)["variables"][0])
            number: int = (asked["variables"] if is_text else asked)["params"]["pageNumber"]
            size = 1 if is_text else 2
            cards = [card_of_episode(number * 10 + each) for each in range(size)]
            is_there = number == 1 or (number % 2 == 0) == (size == 2)
            body = answer(programme(*cards, number=number, size=size, total=99), "programmeById")
            send(handler, body if is_there else b"{}")

        origin.answers[GRAPHQL] = reply
        with pytest.raises(TransientError, match="last page"):
            self.walk(http)
        assert len(origin.requests) < 40


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
