"""OHdio's kinds of things against the simulated site, as it is and as it may come to be, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, MediaKind, TargetKind
from ohdio_core.errors import NotFound, TransientError
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient, parse_overrides
from ohdio_core.sources.ohdio import OhdioSource
from ohdio_core.sources.protocol import Diagnosable, Searchable
from tests.sites import hosts, ohdio
from tests.sites.catalogue import (
    Catalogue,
    Drift,
    ProgrammeKind,
    SimBook,
    SimProgramme,
    invent_book,
    invent_category,
    invent_programme,
)
from tests.sites.client import SimOrigin
from tests.sites.faults import Fault, FaultKind, RequestKind

SOURCE = OhdioSource()
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
NO_API = (Drift.TEXTS_REFUSED, Drift.HASHES_FORGOTTEN)
DRIFTS = [
    (),
    (Drift.TEXTS_REFUSED,),
    (Drift.HASHES_FORGOTTEN,),
    NO_API,
    (Drift.FIELDS_GONE,),
    (Drift.FIELDS_RENAMED,),
    (Drift.FIELDS_NULL,),
]


def named(drifts: tuple[Drift, ...]) -> str:
    return "+".join(drifts) or "as-it-was"


@pytest.fixture
def site(origin_process: SimOrigin) -> SimOrigin:
    origin_process.offer(Catalogue())
    return origin_process


@pytest.fixture
def http(site: SimOrigin) -> Iterator[SiteClient]:
    settings = ClientSettings(host_overrides=parse_overrides(site.overrides()), read_timeout=timedelta(seconds=1))
    factory = HttpClientFactory(settings)
    yield factory.site("ohdio")
    factory.close()


def link_to(path: str) -> str:
    return f"https://{hosts.PAGES}{ohdio.ROOT}{path}"


def walk(path: str, http: SiteClient, cursor: str | None = None) -> list[ListingPage]:
    target = SOURCE.match(link_to(path))
    assert target is not None
    assert target.kind is TargetKind.CATEGORY
    return list(SOURCE.discover(target, http, cursor))


def pasted(path: str) -> BookRef:
    target = SOURCE.match(link_to(path))
    assert target is not None
    assert target.kind is TargetKind.AUDIOBOOK
    return BookRef(SOURCE.name, target.url, target.external_id)


def media_ids(details: BookDetails | None) -> list[str]:
    return [part.external_id for part in details.parts] if details else []


def requests(site: SimOrigin) -> list[RequestKind]:
    return [exchange.kind for exchange in site.exchanges()]


def offer_programme(
    site: SimOrigin, kind: ProgrammeKind, *drifts: Drift, parts: int = 1
) -> tuple[SimProgramme, list[SimBook]]:
    catalogue = invent_programme(5, kind=kind, parts=parts)
    site.offer(replace(catalogue, drifts=drifts))
    return catalogue.programmes[0], list(catalogue.books)


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


class TestProgramme:
    @pytest.mark.parametrize("drifts", [*DRIFTS, (Drift.NEWER_SHAPE,)], ids=named)
    @pytest.mark.parametrize("kind", list(ProgrammeKind))
    def test_every_episode_is_found_however_the_site_has_changed(
        self, site: SimOrigin, http: SiteClient, kind: ProgrammeKind, drifts: tuple[Drift, ...]
    ) -> None:
        programme, episodes = offer_programme(site, kind, *drifts)
        pages = walk(programme.path, http)
        assert [book.external_id for page in pages for book in page.books] == [
            f"episode-{episode.id}" for episode in episodes
        ]
        assert {page.title for page in pages} == {programme.title}
        assert {page.total for page in pages} == {5}
        assert pages[-1].next_cursor is None

    @pytest.mark.parametrize(
        "field", ["title", "summary", "duration", "broadcastedFirstTimeAt", "playlistItemId.mediaId", "url"]
    )
    def test_what_one_way_has_lost_of_all_episodes_another_tells(
        self, site: SimOrigin, http: SiteClient, field: str
    ) -> None:
        programme, _ = offer_programme(site, ProgrammeKind.PODCAST)
        whole = walk(programme.path, http)
        assert len(site.exchanges()) == 3
        catalogue = invent_programme(5)
        site.offer(replace(catalogue, lost_fields=(f"content.contentDetail.items.{field}",)))
        assert walk(programme.path, http) == whole

    @pytest.mark.parametrize("field", ["header", "description", "content.contentDetail.pagedConfiguration"])
    def test_so_is_what_it_has_lost_of_the_programme(self, site: SimOrigin, http: SiteClient, field: str) -> None:
        programme, _ = offer_programme(site, ProgrammeKind.SERIES)
        whole = walk(programme.path, http)
        site.offer(replace(invent_programme(5, kind=ProgrammeKind.SERIES), lost_fields=(field,)))
        assert walk(programme.path, http) == whole

    @pytest.mark.parametrize("kind", [ProgrammeKind.PODCAST, ProgrammeKind.SERIES])
    def test_episodes_need_no_further_request(self, site: SimOrigin, http: SiteClient, kind: ProgrammeKind) -> None:
        programme, episodes = offer_programme(site, kind)
        books = [book for page in walk(programme.path, http) for book in page.books]
        before = len(site.exchanges())
        details = [SOURCE.describe(book, http) for book in books]
        assert len(site.exchanges()) == before
        assert [media_ids(each) for each in details] == [[episode.parts[0].media_id] for episode in episodes]
        assert {each.series for each in details} == {programme.title}

    def test_replays_are_marked(self, site: SimOrigin, http: SiteClient) -> None:
        programme, episodes = offer_programme(site, ProgrammeKind.PODCAST)
        titles = [book.title for page in walk(programme.path, http) for book in page.books]
        assert titles == [*(each.title for each in episodes[:-1]), f"{episodes[-1].title} (rediffusion)"]

    def test_a_cursor_goes_on_where_it_stopped(self, site: SimOrigin, http: SiteClient) -> None:
        programme, episodes = offer_programme(site, ProgrammeKind.PODCAST)
        cursor = walk(programme.path, http)[0].next_cursor
        rest = walk(programme.path, http, cursor)
        assert [book.external_id for page in rest for book in page.books] == [
            f"episode-{episode.id}" for episode in episodes[2:]
        ]

    def test_pages_of_another_size_begin_anew_so_that_none_is_left_out(self, site: SimOrigin, http: SiteClient) -> None:
        programme, episodes = offer_programme(site, ProgrammeKind.PODCAST)
        cursor = walk(programme.path, http)[0].next_cursor
        offer_programme(site, ProgrammeKind.PODCAST, Drift.NEWER_SHAPE, Drift.STATE_GONE)
        found = walk(programme.path, http, cursor)
        assert [book.external_id for page in found for book in page.books] == [
            f"episode-{episode.id}" for episode in episodes
        ]

    def test_the_way_that_served_is_asked_first_from_then_on(self, site: SimOrigin, http: SiteClient) -> None:
        programme, _ = offer_programme(site, ProgrammeKind.PODCAST, Drift.TEXTS_REFUSED)
        assert len(walk(programme.path, http)) == 3
        assert [exchange.method for exchange in site.exchanges()] == ["POST", "GET", "GET", "GET"]

    def test_a_page_that_fails_leaves_what_was_found(self, site: SimOrigin, http: SiteClient) -> None:
        programme, _ = offer_programme(site, ProgrammeKind.SERIES)
        target = SOURCE.match(link_to(programme.path))
        assert target is not None
        pages = SOURCE.discover(target, http)
        assert len(next(pages).books) == 2
        for kind in (RequestKind.METADATA, RequestKind.PAGE):
            site.fail(None, Fault.status_code(500, on=kind))
        with pytest.raises(TransientError, match="500"):
            next(pages)

    def test_one_that_does_not_exist_is_not_found(self, http: SiteClient) -> None:
        with pytest.raises(NotFound, match="8009 n'a pas été trouvé"):
            walk("/balados/8009/rien", http)


class TestEpisode:
    @pytest.mark.parametrize("drifts", [(), (Drift.TEXTS_REFUSED,), (Drift.HASHES_FORGOTTEN,)], ids=named)
    def test_one_of_the_radio_has_all_its_media_and_chapters(
        self, site: SimOrigin, http: SiteClient, drifts: tuple[Drift, ...]
    ) -> None:
        programme, episodes = offer_programme(site, ProgrammeKind.RADIO, *drifts, parts=3)
        [first, *_] = [book for page in walk(programme.path, http) for book in page.books]
        details = SOURCE.describe(first, http)
        assert media_ids(details) == [part.media_id for part in episodes[0].parts]
        assert details.title == episodes[0].title
        assert details.description == episodes[0].summary
        assert (details.series, details.authors) == (programme.title, ("Maëlle Quintal",))
        assert [chapter.start for chapter in details.parts[0].chapters] == [timedelta(0), timedelta(seconds=4)]
        assert details.parts[0].chapters[0].title == f"{episodes[0].parts[0].title} : ouverture"

    @pytest.mark.parametrize(
        "field", ["title", "subtitle", "productTitle", "duration", "broadcastedFirstTimeAt", "picture"]
    )
    def test_what_one_way_has_lost_of_its_cues_another_tells(
        self, site: SimOrigin, http: SiteClient, field: str
    ) -> None:
        programme, episodes = offer_programme(site, ProgrammeKind.RADIO, Drift.STATE_GONE, parts=2)
        ref = pasted(programme.episode_path(episodes[0]))
        whole = SOURCE.describe(ref, http)
        catalogue = invent_programme(5, kind=ProgrammeKind.RADIO, parts=2)
        site.offer(replace(catalogue, drifts=(Drift.STATE_GONE,), lost_fields=(f"items.{field}",)))
        assert SOURCE.describe(ref, http) == whole

    @pytest.mark.parametrize("kind", list(ProgrammeKind))
    def test_one_that_was_pasted_is_a_book(self, site: SimOrigin, http: SiteClient, kind: ProgrammeKind) -> None:
        programme, episodes = offer_programme(site, kind, parts=1)
        details = SOURCE.describe(pasted(programme.episode_path(episodes[1])), http)
        assert media_ids(details) == [episodes[1].parts[0].media_id]
        assert (details.title, details.series) == (episodes[1].title, programme.title)
        assert details.description == episodes[1].summary
        assert details.cover_url is not None

    def test_one_that_is_described_again_keeps_its_name_and_people(self, site: SimOrigin, http: SiteClient) -> None:
        programme, episodes = offer_programme(site, ProgrammeKind.PODCAST)
        [*_, last] = [book for page in walk(programme.path, http) for book in page.books]
        details = SOURCE.describe(replace(last, details=None), http)
        assert (details.title, details.authors) == (f"{episodes[-1].title} (rediffusion)", ("Maëlle Quintal",))
        assert media_ids(details) == [episodes[-1].parts[0].media_id]

    def test_without_the_api_its_page_names_the_medium(self, site: SimOrigin, http: SiteClient) -> None:
        programme, episodes = offer_programme(site, ProgrammeKind.PODCAST, *NO_API)
        details = SOURCE.describe(pasted(programme.episode_path(episodes[1])), http)
        assert media_ids(details) == [episodes[1].parts[0].media_id]

    def test_without_its_page_it_has_the_players_words(self, site: SimOrigin, http: SiteClient) -> None:
        programme, episodes = offer_programme(site, ProgrammeKind.RADIO, Drift.STATE_GONE)
        details = SOURCE.describe(pasted(programme.episode_path(episodes[1])), http)
        assert (details.title, details.series) == (episodes[1].title, programme.title)


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
