from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import Chapter, Part
from ohdio_core.errors import OhdioError, PermanentError
from ohdio_core.sources.ohdio.playback import parse_playback
from tests.unit.sources.ohdio.answers import cue, json_values, playback


def at(seconds: int, title: str) -> Chapter:
    return Chapter(timedelta(seconds=seconds), title)


class TestParts:
    def test_every_medium_is_one_part_with_its_cues_as_chapters(self) -> None:
        details = parse_playback(
            playback(
                cue("501", 0, "Ouverture"),
                cue("501", 60, "M&eacute;t&eacute;o&nbsp;: vents"),
                cue("502", 0, "Retour"),
                cue("502", 60, "Fin", 30),
            )
        )
        assert details.parts == (
            Part(0, "501", duration=timedelta(seconds=120), chapters=(at(0, "Ouverture"), at(60, "Météo : vents"))),
            Part(1, "502", duration=timedelta(seconds=90), chapters=(at(0, "Retour"), at(60, "Fin"))),
        )
        assert details.duration == timedelta(seconds=210)

    def test_a_medium_in_one_piece_has_a_title_and_no_chapters(self) -> None:
        details = parse_playback(playback(cue(501, None, "Un"), cue(502, 0, "Deux")))
        assert [(part.external_id, part.title, part.chapters) for part in details.parts] == [
            ("501", "Un", ()),
            ("502", "Deux", ()),
        ]

    def test_cues_out_of_order_and_twice_are_put_right(self) -> None:
        details = parse_playback(playback(cue("1", 60, "B"), cue("1", 0, "A"), cue("1", 60, "B"), cue("1", 30, "")))
        assert details.parts[0].chapters == (at(0, "A"), at(60, "B"))
        assert details.parts[0].duration == timedelta(seconds=120)

    def test_a_length_that_is_not_told_is_not_guessed(self) -> None:
        details = parse_playback(playback(cue("1", 0), cue("1", 60, seconds=None), cue("2", 0)))
        assert [part.duration for part in details.parts] == [None, timedelta(seconds=60)]
        assert details.duration is None

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (playback(), "empty"),
            (playback(cue("1", 0), cue(None, 0)), "item 2"),
            (playback(cue("1", 0), hasNext=True), "goes on"),
        ],
    )
    def test_half_a_list_is_an_error(self, data: Any, said: str) -> None:
        with pytest.raises(PermanentError, match=said):
            parse_playback(data)


class TestDescription:
    def test_several_cues_are_named_by_what_they_belong_to(self) -> None:
        details = parse_playback(playback(cue("1", 0, "Ouverture"), cue("1", 60)))
        assert (details.title, details.series, details.published_year) == ("Le matin - 2 mars 2025", "Le matin", 2025)
        assert details.cover_url == "https://images.example/w_1400/1x1/matin.jpg"

    def test_a_single_one_has_its_own_name(self) -> None:
        assert parse_playback(playback(cue("1", 0, "Le vent se lève"))).title == "Le vent se lève"

    def test_without_any_name_it_has_the_programmes_or_none(self) -> None:
        assert parse_playback(playback(cue("1", 0, "", subtitle=None))).title == "Le matin"
        assert parse_playback(playback(cue("1", 0, "", subtitle=None, productTitle=None))).title == "Sans titre"


@given(json_values, st.integers() | st.text() | st.none(), st.integers())
def test_any_data_give_parts_or_a_named_error(data: Any, media_id: Any, start: int) -> None:
    for odd in (data, playback(data), playback(cue(media_id, start, subtitle=data, seconds=data))):
        try:
            details = parse_playback(odd)
        except OhdioError:
            continue
        assert details.parts
