"""Searching the catalogues of sites."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import pytest

from ohdio_api.catalogues.service import CatalogueService
from ohdio_core.domain.audiobook import SearchHit, Target, TargetKind
from ohdio_core.errors import UNEXPECTED, SiteFailed
from ohdio_core.sentences import legacy
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.sources.rss import RssSource
from tests.fixtures.api import Api
from tests.integration.sources.origin import send


@dataclass
class Catalogue(RssSource):
    """A source that answers what a test says, or fails with it."""

    name: str
    answer: list[SearchHit] | Exception = field(default_factory=list)
    asks: str | None = None  #: a page that it reads first

    def search(self, text: str, http: SiteClient, limit: int) -> list[SearchHit]:  # noqa: ARG002 - it finds what it is told to
        if self.asks is not None:
            http.get(self.asks)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer[:limit]


def hit(source: str, number: int, kind: TargetKind = TargetKind.AUDIOBOOK) -> SearchHit:
    return SearchHit(
        Target(kind, source, f"https://{source}.example/{number}", str(number)), f"{source} {number}", ("Odile",)
    )


@pytest.fixture
def clients(api: Api) -> HttpClientFactory:
    return HttpClientFactory(ClientSettings(host_overrides={"stories.example": api.origin.url}))


def test_the_best_of_each_catalogue_comes_first(api: Api, clients: HttpClientFactory) -> None:
    first = Catalogue("first", [hit("first", 1), hit("first", 2)])
    second = Catalogue("second", [hit("second", 1, TargetKind.CATEGORY)])
    service = CatalogueService(api.engine.database, SourceRegistry((first, RssSource(), second)), clients)

    found = service.search("phare", 10)

    assert [item.title for item in found.items] == ["first 1", "second 1", "first 2"]
    assert [item.kind for item in found.items] == ["audiobook", "category", "audiobook"]
    assert found.failed == []


def test_books_that_were_added_before_are_named_as_known(api: Api, clients: HttpClientFactory) -> None:
    api.engine.execute(
        "INSERT INTO audiobooks (url, source, external_id) VALUES ('https://old.example/1', 'first', '1')"
    )
    first = Catalogue("first", [hit("first", 1), hit("first", 2)])
    service = CatalogueService(api.engine.database, SourceRegistry((first,)), clients)

    assert [item.is_known for item in service.search("phare", 10).items] == [True, False]


def test_a_catalogue_that_fails_is_named_and_the_others_answer(api: Api, clients: HttpClientFactory) -> None:
    failing = Catalogue("failing", SiteFailed(legacy("The site is closed for repairs.")))
    broken = Catalogue("broken", KeyError("title"))
    good = Catalogue("good", [hit("good", 1)])
    service = CatalogueService(api.engine.database, SourceRegistry((failing, broken, good)), clients)

    found = service.search("phare", 10)

    assert [item.title for item in found.items] == ["good 1"]
    assert [(each.source, each.detail) for each in found.failed] == [
        ("failing", "The site is closed for repairs."),
        ("broken", UNEXPECTED.text),
    ]


def test_a_catalogue_that_is_slow_is_not_waited_for(api: Api, clients: HttpClientFactory) -> None:
    is_over, has_answered = threading.Event(), threading.Event()

    def answer_late(handler: BaseHTTPRequestHandler) -> None:
        is_over.wait(60)
        has_answered.set()
        send(handler, b"")

    api.origin.answers["/slow"] = answer_late
    slow = Catalogue("slow", asks="https://stories.example/slow")
    good = Catalogue("good", [hit("good", 1)])
    service = CatalogueService(api.engine.database, SourceRegistry((slow, good)), clients, patience=0.5)

    found = service.search("phare", 10)

    assert not has_answered.is_set()
    is_over.set()
    assert [item.title for item in found.items] == ["good 1"]
    assert [(each.source, each.detail) for each in found.failed] == [("slow", "It did not answer within 0.5 s.")]


def test_every_site_that_can_be_searched_is_asked(api: Api) -> None:
    found = api.get("/search", q="le phare")
    assert found["items"] == []
    # The sites of this test know nothing, so each says that it cannot answer, or that it has found nothing.
    hosts = {request.host for request in api.origin.requests}
    assert hosts == {"services.radio-canada.ca", "librivox.org", "archive.org"}


@pytest.mark.parametrize("parameters", [{}, {"q": ""}, {"q": " \u00a0"}, {"q": "a" * 201}, {"q": "a", "limit": 0}])
def test_a_search_for_nothing_is_refused(api: Api, parameters: dict[str, str | int]) -> None:
    assert api.http.get("/search", params=parameters).status_code == 422


@pytest.mark.parametrize("parameters", [{}, {"q": ""}, {"q": " "}, {"q": "\u200b"}], ids=ascii)
def test_a_search_without_words_says_what_is_expected(api: Api, parameters: dict[str, str]) -> None:
    (wrong,) = api.http.get("/search", params=parameters).json()["errors"]
    assert (wrong["where"], wrong["message"]) == ("query.q", "Words to look for are expected.")


def test_a_catalogue_that_answers_differently_has_not_found_nothing(api: Api) -> None:
    api.origin.answer("/bff/audio/graphql", b'{"data": {"searchPage": {"shelves": [{"title": "Le phare"}]}}}')
    api.origin.answer("/advancedsearch.php", b'{"response": {"numFound": 2, "docs": []}}')
    api.origin.answer("/api/feed/audiobooks", b"<html>Not here</html>", status=404)

    found = api.get("/search", q="phare")

    assert (found["items"], found["answered"]) == ([], [])
    said = {failed["source"]: failed["detail"] for failed in found["failed"]}
    assert said["ohdio"].startswith("OHdio answers differently than this version knows")
    assert said["librivox"].startswith("LibriVox answers differently than this version knows")
    assert said["archive"].startswith("archive.org answers differently than this version knows")
