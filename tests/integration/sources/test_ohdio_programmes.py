from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ohdio_core.errors import NotFound, TransientError
from ohdio_core.sources.http import SiteClient
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
    Drift,
    ProgrammeKind,
    invent_programme,
)
from tests.sites.client import SimOrigin
from tests.sites.faults import Fault, RequestKind


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
