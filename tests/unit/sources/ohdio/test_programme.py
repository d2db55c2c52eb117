from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, Part
from ohdio_core.errors import OhdioError, PermanentError, TransientError
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.cards import Paging
from ohdio_core.sources.ohdio.programme import parse_episode_page, parse_programme, presenters
from tests.unit.sources.ohdio.answers import card_of_episode, json_values, newer_episode, newer_programme, programme


def link(path: str) -> links.Link:
    found = links.read_path(path)
    assert found is not None
    return found


BALADO = link("/balados/8001/les-vents")
COVER = "https://images.example/w_1400/1x1/vents.jpg"


def read(data: Any, number: int = 1) -> ListingPage:
    return parse_programme(data, BALADO, number).page


def counts(page: ListingPage) -> dict[str, int]:
    return {what.text: count for what, count in page.left_out.items()}


def details_of(book: BookRef) -> BookDetails:
    assert book.details is not None
    return book.details


class TestRecordedShape:
    def test_an_episode_is_a_book_of_one_part(self) -> None:
        [book] = read(programme(card_of_episode(41, "9001"))).books
        assert (book.external_id, book.title) == ("episode-41", "Épisode 41")
        assert links.match(book.url) == link("/balados/8001/les-vents/41/episode-41").target
        assert book.details == BookDetails(
            title="Épisode 41",
            authors=("Ana Roy", "Luc Tel"),
            narrators=("Ana Roy", "Luc Tel"),
            description="On en parle.",
            published_year=2025,
            published_on=date(2025, 3, 2),
            language="fr",
            series="Les vents & marées",
            cover_url=COVER,
            duration=timedelta(minutes=30),
            parts=(Part(0, "9001", duration=timedelta(minutes=30)),),
        )

    def test_an_episode_appeared_when_it_was_first_broadcast(self) -> None:
        said = ("2025-03-02T14:00:00.000Z", None, "hier")
        page = read(programme(*(card_of_episode(41 + n, broadcastedFirstTimeAt=when) for n, when in enumerate(said))))
        assert [book.published for book in page.books] == [datetime(2025, 3, 2, 14, tzinfo=UTC), None, None]

    def test_the_page_says_what_it_is_of_how_many(self) -> None:
        found = parse_programme(programme(card_of_episode(41), number=2, size=1, total=7), BALADO, 2)
        assert (found.page.title, found.page.total, found.paging) == ("Les vents & marées", 7, Paging(2, 1, 7))

    def test_a_replay_is_marked_once(self) -> None:
        page = read(
            programme(
                card_of_episode(41, isBroadcastedReplay=True, title="Tempête"),
                card_of_episode(42, isBroadcastedReplay=True, title="Rediffusion : Brume"),
            )
        )
        assert [book.title for book in page.books] == ["Tempête (rediffusion)", "Rediffusion : Brume"]

    def test_an_episode_without_a_medium_has_no_parts_yet(self) -> None:
        [book] = read(programme(card_of_episode(41, None))).books
        assert details_of(book).parts == ()
        assert details_of(book).title == "Épisode 41"

    def test_an_episode_without_an_address_is_known_by_its_id(self) -> None:
        [book] = read(programme(card_of_episode(41, url=None))).books
        assert links.match(book.url) == link("/balados/8001/les-vents/41/x").target

    @pytest.mark.parametrize(
        ("programme_path", "episode_path"),
        [
            ("/premiere/emissions/8002/le-matin", "/premiere/emissions/le-matin/episodes/41/x"),
            ("/premiere/grandes-series/8003/la-mer", "/premiere/grandes-series/8003/la-mer/41/x"),
            ("/musique/emissions/8004/nocturne", "/musique/emissions/nocturne/episodes/41/x"),
        ],
    )
    def test_so_is_one_of_every_kind_of_programme(self, programme_path: str, episode_path: str) -> None:
        found = parse_programme(programme(card_of_episode(41, url=None)), link(programme_path), 1)
        assert found.page.books[0].url == link(episode_path).url

    def test_an_episode_that_is_listed_twice_is_one(self) -> None:
        assert len(read(programme(card_of_episode(41), card_of_episode(41))).books) == 1


class TestNewerShape:
    def test_its_episodes_are_the_same(self) -> None:
        data = newer_programme(newer_episode(41, 9001, 9002), newer_episode(42))
        found = parse_programme(data, BALADO, 1)
        page = found.page
        assert [book.external_id for book in page.books] == ["episode-41", "episode-42"]
        assert [[part.external_id for part in details_of(book).parts] for book in page.books] == [["9001"], []]
        assert details_of(page.books[0]).duration == timedelta(minutes=30)
        assert (page.title, found.paging) == ("Les vents & marées", Paging(None, 50, 2))


class TestOddAnswers:
    @pytest.mark.parametrize("data", [{}, None, {"episodes": 3}, {"content": {"contentDetail": {"items": None}}}])
    def test_no_list_is_an_error(self, data: Any) -> None:
        with pytest.raises(PermanentError, match="no list of episodes"):
            read(data)

    def test_episodes_that_nobody_could_tell_apart_are_an_error(self) -> None:
        with pytest.raises(PermanentError, match="told from the others"):
            read(programme({"title": "Un"}, {"title": "Deux"}))

    def test_another_page_than_asked_for_is_an_error(self) -> None:
        with pytest.raises(PermanentError, match="page 1 of the programme when asked for page 2"):
            read(programme(card_of_episode(41), number=1, total=9), 2)

    def test_an_empty_page_where_more_are_counted_is_not_the_end(self) -> None:
        with pytest.raises(TransientError, match="though 9 episodes are counted"):
            read(programme(number=2, size=2, total=9), 2)

    def test_episodes_that_cannot_be_told_from_others_are_counted(self) -> None:
        page = read(programme(card_of_episode(41), {"title": "Sans rien"}))
        assert ([book.external_id for book in page.books], counts(page)) == (
            ["episode-41"],
            {"no address and no number": 1},
        )
        assert read(programme(card_of_episode(41))).left_out == {}

    def test_a_programme_of_nothing_is_empty(self) -> None:
        assert read(programme()).books == ()

    @given(json_values)
    def test_any_data_give_a_page_or_a_named_error(self, data: Any) -> None:
        odd = card_of_episode(41)
        for key in odd:
            if key not in ("url", "playlistItemId"):
                odd[key] = data
        assert len(read(programme(odd, header=data, description=data, meta=data)).books) == 1
        for whole in (data, programme({"url": data, "playlistItemId": data}), newer_programme({"mediaIds": data})):
            try:
                read(whole)
            except OhdioError:
                continue


class TestPresenters:
    @pytest.mark.parametrize(
        ("line", "names"),
        [
            ("Avec Ana Roy", ("Ana Roy",)),
            ("<p>Animé par Ana Roy et Luc Tel</p>", ("Ana Roy", "Luc Tel")),
            ("Avecia Roy", ("Avecia Roy",)),
            ("", ()),
        ],
    )
    def test_who_presents_is_named(self, line: str, names: tuple[str, ...]) -> None:
        assert presenters(line) == names


class TestEpisodePage:
    def test_its_header_tells_what_it_is(self) -> None:
        details = parse_episode_page(
            {
                "header": {
                    "title": "Le vent&nbsp;!",
                    "summary": "<p>On en parle.</p>",
                    "playlistItemId": {"mediaId": "9001"},
                    "duration": {"durationInSeconds": 60},
                }
            }
        )
        assert (details.title, details.description) == ("Le vent !", "On en parle.")
        assert details.parts == (Part(0, "9001", duration=timedelta(minutes=1)),)

    @given(json_values)
    def test_any_data_give_details_or_a_named_error(self, data: Any) -> None:
        assert parse_episode_page({"header": {"title": "x", "summary": data, "playlistItemId": data}}).title == "x"
        with pytest.raises(OhdioError):
            parse_episode_page({"header": data})
