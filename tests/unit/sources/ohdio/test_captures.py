"""OHdio's recorded answers, read from the folder that ``OHDIO_CAPTURES`` names; every value was checked by hand.

The recordings are other people's and not part of the project, so without the variable there is
nothing to test here; data of our own covers the same cases elsewhere.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from ohdio_core.errors import NotFound, PermanentError
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.book import parse_book
from ohdio_core.sources.ohdio.cards import Paging
from ohdio_core.sources.ohdio.completeness import completeness, merged, missing, recording_completeness
from ohdio_core.sources.ohdio.graphql import parse_answer
from ohdio_core.sources.ohdio.media import is_known_host, parse_validation
from ohdio_core.sources.ohdio.playback import parse_playback
from ohdio_core.sources.ohdio.programme import parse_programme
from ohdio_core.sources.ohdio.programme_choice import page_completeness

if "OHDIO_CAPTURES" in os.environ:
    CAPTURES = Path(os.environ["OHDIO_CAPTURES"])

    def captured(name: str) -> bytes:
        return (CAPTURES / "ohdio" / name).read_bytes()

    def test_an_audiobook_has_its_seven_parts() -> None:
        details = parse_book(parse_answer(captured("audiobook_42418.json"), "audioBookById"))
        assert [part.external_id for part in details.parts] == [
            "7270050",
            "7270051",
            "7270055",
            "7270065",
            "7270069",
            "7271123",
            "7270078",
        ]
        assert details.duration == timedelta(seconds=21414)
        assert sum((part.duration or timedelta() for part in details.parts), timedelta()) == details.duration
        assert details.authors == ("Dominique Fortier",)
        assert details.narrators == ("Bruno Marcil", "Catherine Trudeau")
        assert (details.publisher, details.published_year, details.genre) == ("Éditions Alto", 2008, "Roman")
        assert details.cover_url is not None
        assert details.cover_url.startswith("https://images.radio-canada.ca/q_auto,w_1400/v1/")
        assert "/1x1/" in details.cover_url
        assert (details.page_count, details.audience) == (344, "Tout public")
        assert (details.title, details.language, details.series) == ("Du bon usage des étoiles", "fr", None)
        assert [part.title for part in details.parts][:2] == ["Partie 1 - Argo Navis", "Partie 2 - Les voiles 1"]
        assert details.description is not None
        assert details.description.startswith("Mai 1845, sir John Franklin part")
        assert "\xa0" not in details.description

    def test_what_was_recorded_is_whole_so_that_one_request_is_enough() -> None:
        details = parse_book(parse_answer(captured("audiobook_42418.json"), "audioBookById"))
        assert (missing(details), completeness(details)) == ((), 1)
        episode = parse_answer(captured("playbacklist_episode_1020434.json"), "playbackListByGlobalId")
        assert recording_completeness(parse_playback(episode)) == 1
        for name, path in (
            ("balado_9887_page1", "/balados/9887/x"),
            ("emission_1124_page1", "/premiere/emissions/1124/x"),
        ):
            link = links.read_path(path)
            assert link is not None
            found = parse_programme(parse_answer(captured(f"{name}.json"), "programmeById"), link, 1)
            assert page_completeness(found, link.thing, 1) == 1

    @pytest.mark.parametrize(
        "lost",
        [
            ("description", "title"),
            ("content", "about"),
            ("header", "picture"),
            ("header", "kicker"),
            ("header", "duration"),
            ("header", "subtitle"),
        ],
        ids="-".join,
    )
    def test_what_is_lost_of_an_audiobook_is_taken_from_another_answer(lost: tuple[str, str]) -> None:
        whole = parse_book(parse_answer(captured("audiobook_42418.json"), "audioBookById"))
        data = parse_answer(captured("audiobook_42418.json"), "audioBookById")
        del data[lost[0]][lost[1]]
        details = parse_book({**data, "meta": None})
        assert completeness(details) < 1
        assert merged(details, whole) == whole

    def test_an_unknown_audiobook_is_not_found() -> None:
        with pytest.raises(NotFound, match="99999"):
            parse_answer(captured("audiobook_99999_notfound.json"), "audioBookById")

    def test_an_unknown_programme_is_not_found() -> None:
        with pytest.raises(NotFound, match="99999"):
            parse_answer(captured("programme_99999_notfound.json"), "programmeById")

    def test_an_answer_to_another_question_is_none() -> None:
        with pytest.raises(PermanentError, match="does not know the question"):
            parse_answer(captured("programme_1124_wrong_hash_empty.json"), "programmeById")

    def test_a_balado_lists_its_episodes_with_their_media() -> None:
        programme = links.read_path("/balados/9887/la-journee-est-encore-jeune")
        assert programme is not None
        data = parse_answer(captured("balado_9887_page1.json"), "programmeById")
        found = parse_programme(data, programme, 1)
        page, paging = found.page, found.paging
        assert (page.title, page.total, len(page.books)) == ("La journée (est encore jeune)", 735, 25)
        assert paging == Paging(1, 25, 735)
        first, last = page.books[0], page.books[-1]
        assert (first.external_id, last.external_id) == ("episode-1163849", "episode-1157447")
        assert first.title == "Lundi 13 avr. 2026 : Julien Morissette et Marie-Michèle Sioui"
        assert first.details is not None
        [part] = first.details.parts
        assert (part.external_id, part.duration) == ("10640801", timedelta(seconds=1770))
        assert (first.authors, first.details.published_year) == (("Jean-Philippe Wauthier",), 2026)
        assert first.details.series == page.title
        assert first.details.description is not None
        assert first.details.description.startswith("Jean-Philippe est scandalisé par la chorale")
        assert first.cover_url is not None
        assert "q_auto,w_1400/v1/audio/emission/1x1/la-journee" in first.cover_url
        assert all(book.details and len(book.details.parts) == 1 for book in page.books)

    def test_a_radio_programme_lists_episodes_whose_media_are_not_told() -> None:
        programme = links.read_path("/premiere/emissions/1124/tout-un-matin")
        assert programme is not None
        data = parse_answer(captured("emission_1124_page1.json"), "programmeById")
        found = parse_programme(data, programme, 1)
        page, paging = found.page, found.paging
        assert (page.title, paging) == ("Tout un matin", Paging(1, 5, 1434))
        assert [book.external_id for book in page.books][:2] == ["episode-1020434", "episode-1020433"]
        assert len(page.books) == 5
        first = page.books[0]
        assert first.title is not None
        assert first.title.startswith("Lundi 13 avr 2026 : Christine Fréchette")
        assert first.details is not None
        assert (first.details.parts, first.details.duration) == ((), timedelta(seconds=10620))
        assert first.authors == ("Patrick Masbourian",)

    def test_a_radio_episode_is_four_media_of_thirty_five_chapters() -> None:
        data = parse_answer(captured("playbacklist_episode_1020434.json"), "playbackListByGlobalId")
        details = parse_playback(data)
        assert [part.external_id for part in details.parts] == ["10640292", "10640307", "10640335", "10640389"]
        assert [len(part.chapters) for part in details.parts] == [5, 10, 10, 10]
        assert [part.duration for part in details.parts] == [
            timedelta(seconds=seconds) for seconds in (1755, 2955, 2955, 2955)
        ]
        assert details.duration == timedelta(seconds=10620)
        assert (details.title, details.series) == ("Tout un matin - 13 avril 2026", "Tout un matin")
        assert details.published_year == 2026
        first, second = details.parts[0].chapters[:2]
        assert (first.start, second.start) == (timedelta(), timedelta(seconds=540))
        assert first.title == "Ouverture de l'émission avec Patrick Masbourian et son équipe"
        assert second.title.startswith("Ce qu'il faut savoir avec Hugo Lavoie : Le portrait")

    def test_a_validated_recording_has_an_address_of_a_known_host() -> None:
        url = parse_validation(captured("media_10640801_progressive.json"))
        assert url.endswith("_0000_128.mp4")
        assert is_known_host(url)

    def test_an_unknown_recording_is_not_found() -> None:
        with pytest.raises(NotFound):
            parse_validation(captured("media_0_notfound.json"))
