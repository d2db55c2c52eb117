"""OHdio's kinds of things against the simulated site, as it is and as it may come to be, over real HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from ohdio_core.domain.audiobook import MediaKind, TargetKind
from ohdio_core.errors import NotFound
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.protocol import Diagnosable, Searchable
from tests.integration.sources.ohdio_walks import (
    DRIFTS,
    NO_API,
    SOURCE,
    link_to,
    media_ids,
    named,
    offer_programme,
    pasted,
    walk,
)
from tests.sites.catalogue import (
    Catalogue,
    Drift,
    ProgrammeKind,
    invent_book,
    invent_category,
    invent_programme,
)
from tests.sites.client import SimOrigin
from tests.sites.faults import Fault, FaultKind, RequestKind

#: Fields of GraphQL's answers about a book, each in the place that other clients know.
LOST = [
    ("header.title",),
    ("header.subtitle",),
    ("header.kicker",),
    ("header.duration",),
    ("header.picture", "meta"),
    ("header.summary", "content.about.summary"),
    ("description",),
    ("content.about.publisherInformation",),
    ("content.contentDetail.items.title",),
    ("content.contentDetail.items.duration",),
    ("content.contentDetail.items.playlistItemId", "content.contentDetail.items.url"),
    ("header.picture", "header.kicker", "header.duration", "header.summary", "content.about", "description", "meta"),
]


def requests(site: SimOrigin) -> list[RequestKind]:
    return [exchange.kind for exchange in site.exchanges()]


class TestCategory:
    def test_every_page_is_walked(self, site: SimOrigin, http: SiteClient) -> None:
        catalogue = invent_category(5, page_size=2)
        site.offer(catalogue)
        pages = walk(catalogue.categories[0].path, http)
        assert [book.external_id for page in pages for book in page.books] == [str(book.id) for book in catalogue.books]
        assert len(pages) == 3
        assert [page.title for page in pages] == [catalogue.categories[0].title] * 3


class TestAudiobook:
    @pytest.mark.parametrize("drifts", DRIFTS, ids=named)
    def test_it_is_described_whole_however_the_site_has_changed(
        self, site: SimOrigin, http: SiteClient, drifts: tuple[Drift, ...]
    ) -> None:
        book = invent_book(77_001, parts=3)
        site.offer(Catalogue(books=(book,), drifts=drifts))
        details = SOURCE.describe(pasted(f"{book.path}/{book.parts[1].media_id}-0"), http)
        assert media_ids(details) == [part.media_id for part in book.parts]
        assert (details.title, details.authors, details.narrators) == (book.title, book.authors, book.narrators)
        assert (details.publisher, details.published_year) == (book.publisher, book.year)
        assert (details.genre, details.page_count, details.audience) == (book.genre, 212, "Tout public")
        assert details.duration == timedelta(seconds=book.seconds)

    @pytest.mark.parametrize("fields", LOST, ids="+".join)
    def test_what_one_way_has_lost_another_tells(
        self, site: SimOrigin, http: SiteClient, fields: tuple[str, ...]
    ) -> None:
        book = invent_book(77_001, parts=3)
        site.offer(Catalogue(books=(book,)))
        whole = SOURCE.describe(pasted(book.path), http)
        assert len(site.exchanges()) == 1
        site.offer(Catalogue(books=(book,), lost_fields=fields))
        assert SOURCE.describe(pasted(book.path), http) == whole

    def test_a_book_that_lacks_what_most_have_takes_one_more_question(self, site: SimOrigin, http: SiteClient) -> None:
        book = invent_book(77_001, parts=2)
        site.offer(Catalogue(books=(replace(book, genre=""),)))
        details = SOURCE.describe(pasted(book.path), http)
        assert (details.title, details.genre) == (book.title, None)
        assert requests(site) == [RequestKind.METADATA] * 2

    def test_what_no_way_tells_is_in_the_log(self, site: SimOrigin, http: SiteClient) -> None:
        book = invent_book(77_001, parts=2)
        site.offer(Catalogue(books=(replace(book, narrators=()),)))
        with capture_logs() as logged:
            SOURCE.describe(pasted(book.path), http)
        [told] = [event for event in logged if event["log_level"] == "warning"]
        assert told["missing"] == ("narrators",)

    def test_the_page_tells_the_author_that_the_api_has_lost(self, site: SimOrigin, http: SiteClient) -> None:
        book = invent_book(77_001, parts=2)
        site.offer(Catalogue(books=(book,), drifts=(Drift.HASHES_FORGOTTEN,), lost_fields=("header.subtitle",)))
        details = SOURCE.describe(pasted(book.path), http)
        assert (details.authors, details.narrators) == (book.authors, book.narrators)

    def test_without_api_and_state_the_page_still_tells_the_most_of_it(self, site: SimOrigin, http: SiteClient) -> None:
        book = invent_book(77_001, parts=3)
        site.offer(Catalogue(books=(book,), drifts=(*NO_API, Drift.STATE_GONE)))
        details = SOURCE.describe(pasted(book.path), http)
        assert (details.title, details.authors) == (book.title, book.authors)
        assert media_ids(details) == [part.media_id for part in book.parts]
        assert [part.title for part in details.parts] == [part.title for part in book.parts]

    @pytest.mark.parametrize(
        "fault",
        [
            Fault.status_code(500, times=1, on=RequestKind.METADATA),
            Fault.of(FaultKind.HTML, times=1, on=RequestKind.METADATA),
            Fault.of(FaultKind.EMPTY, times=1, on=RequestKind.METADATA),
            Fault.of(FaultKind.SILENCE, times=1, on=RequestKind.METADATA),
            Fault.cut(100, times=1, on=RequestKind.METADATA),
        ],
        ids=lambda fault: str(fault.kind),
    )
    def test_one_answer_that_fails_is_made_up_for(self, site: SimOrigin, http: SiteClient, fault: Fault) -> None:
        book = invent_book(77_001, parts=2)
        site.offer(Catalogue(books=(book,)))
        site.fail(None, fault)
        assert media_ids(SOURCE.describe(pasted(book.path), http)) == [part.media_id for part in book.parts]
        assert requests(site) == [RequestKind.METADATA] * 2

    def test_one_that_is_gone_is_not_looked_for_elsewhere(self, site: SimOrigin, http: SiteClient) -> None:
        book = invent_book(77_001, is_gone=True)
        site.offer(Catalogue(books=(book,)))
        with pytest.raises(NotFound, match="77001 n'a pas été trouvé"):
            SOURCE.describe(pasted(book.path), http)
        assert requests(site) == [RequestKind.METADATA]

    def test_its_parts_lead_to_files(self, site: SimOrigin, http: SiteClient) -> None:
        book = invent_book(77_001, parts=2)
        site.offer(Catalogue(books=(book,)))
        ref = pasted(book.path)
        for part in SOURCE.describe(ref, http).parts:
            media = SOURCE.resolve(ref, part, http)
            assert media.kind is MediaKind.HTTP
            with http.stream(media.url) as answer:
                assert answer.status == 200


class TestSearch:
    def test_books_and_collections_are_found(self, site: SimOrigin, http: SiteClient) -> None:
        books, programme = invent_category(3), invent_programme(2)
        site.offer(replace(books, books=(*books.books, *programme.books), programmes=programme.programmes))
        source: object = SOURCE
        assert isinstance(source, Searchable)
        [hit] = source.search(f"  {books.books[1].title} ", http, 10)
        assert (hit.target.kind, hit.target.external_id) == (TargetKind.AUDIOBOOK, str(books.books[1].id))
        assert (hit.title, hit.authors) == (books.books[1].title, books.books[1].authors)
        [found] = source.search("vents du", http, 10)
        assert (found.target.kind, found.target.external_id) == (TargetKind.CATEGORY, "balado-8001")

    def test_no_more_are_given_than_were_asked_for(self, site: SimOrigin, http: SiteClient) -> None:
        site.offer(invent_category(5))
        assert len(SOURCE.search("n°", http, 3)) == 3

    def test_nothing_is_not_searched(self, site: SimOrigin, http: SiteClient) -> None:
        assert SOURCE.search("  ", http, 3) == []
        assert site.exchanges() == []


class TestDiagnosis:
    @pytest.mark.parametrize(
        ("drifts", "failing"),
        [
            ((), set()),
            ((Drift.TEXTS_REFUSED,), {"graphql text"}),
            ((Drift.FIELDS_RENAMED, Drift.STATE_GONE), {"graphql text", "graphql hash", "page state", "playback list"}),
        ],
    )
    def test_every_way_to_a_book_is_told_by_name(
        self, site: SimOrigin, http: SiteClient, drifts: tuple[Drift, ...], failing: set[str]
    ) -> None:
        book = invent_book(77_001, parts=2)
        site.offer(Catalogue(books=(book,), drifts=drifts))
        target = SOURCE.match(link_to(book.path))
        assert target is not None
        choice, media, search = SOURCE.choices(target, http)
        outcomes = list(choice.outcomes())
        assert [outcome.name for outcome in outcomes] == [
            "graphql text",
            "graphql hash",
            "page state",
            "json-ld",
            "playback list",
        ]
        assert {outcome.name for outcome in outcomes if outcome.completeness is None} == failing
        assert [(outcome.name, outcome.completeness) for outcome in media.outcomes()] == [
            ("media progressive", 1.0),
            ("media hls", None),
        ]
        assert [outcome.name for outcome in search.outcomes()] == ["search"]

    def test_a_search_that_does_not_find_the_book_fails(self, site: SimOrigin, http: SiteClient) -> None:
        book = invent_book(77_001)
        site.offer(Catalogue(books=(book,)))
        target = SOURCE.match(link_to(book.path))
        assert target is not None
        *_, search = SOURCE.choices(target, http)
        assert [outcome.completeness for outcome in search.outcomes()] == [1.0]
        site.offer(Catalogue(books=(invent_book(77_002),)))
        [lost] = search.outcomes()
        assert (lost.completeness, book.title in (lost.error or "")) == (None, True)
        site.offer(Catalogue(books=(book,), lost_fields=("superLineup",)))
        [changed] = search.outcomes()
        assert (changed.completeness, "has no list of what it found" in (changed.error or "")) == (None, True)

    def test_every_kind_of_known_item_has_choices(self, site: SimOrigin, http: SiteClient) -> None:
        source: object = SOURCE
        assert isinstance(source, Diagnosable)
        programme, episodes = offer_programme(site, ProgrammeKind.RADIO)
        for path in (programme.path, programme.episode_path(episodes[0])):
            target = SOURCE.match(link_to(path))
            assert target is not None
            for choice in source.choices(target, http):
                assert all(outcome.error or outcome.completeness for outcome in choice.outcomes())
        assert all(SOURCE.match(url) for url in source.known_items)
