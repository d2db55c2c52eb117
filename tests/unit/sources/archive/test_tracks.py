from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from ohdio_core.sources.archive.item import parse_item
from ohdio_core.sources.archive.tracks import ArchiveTrack, piece_of, tracks_of
from tests.unit.sources.archive.answers import ITEM, chapter, chapters, file, item


def tracks(files: list[dict[str, Any]]) -> tuple[ArchiveTrack, ...]:
    return tracks_of(parse_item(item(files), ITEM).files)


def names(files: list[dict[str, Any]]) -> list[str]:
    return [track.file.name for track in tracks(files)]


def test_each_piece_is_taken_once_as_it_was_uploaded() -> None:
    assert names(chapters()) == ["gardien_01_vachon.mp3", "gardien_02_vachon.mp3", "gardien_03_vachon.mp3"]


def test_the_title_is_the_uploaders() -> None:
    derived_first = sorted(chapter(1), key=lambda each: each["source"])
    assert tracks(derived_first)[0].title == "01 - Chapitre 1"


@pytest.mark.parametrize(
    ("formats", "chosen"),
    [
        ({"a_64kb.mp3": "64Kbps MP3", "a_vbr.mp3": "VBR MP3", "a_128kb.mp3": "128Kbps MP3"}, "a_128kb.mp3"),
        ({"a_64kb.mp3": "64Kbps MP3", "a_vbr.mp3": "VBR MP3"}, "a_vbr.mp3"),
        ({"a_64kb.mp3": "64Kbps MP3", "a.m4b": "LibriVox Apple Audiobook"}, "a_64kb.mp3"),
        ({"a.m4b": "LibriVox Apple Audiobook"}, "a.m4b"),
        ({"a.ogg": "Ogg Vorbis", "a.mp3": "VBR MP3"}, "a.mp3"),
        ({"a.flac": "Flac", "a.mp3": "VBR MP3"}, "a.mp3"),
        ({"a.flac": "Flac"}, "a.flac"),
    ],
)
def test_of_alike_forms_the_preferred_is_taken(formats: dict[str, str], chosen: str) -> None:
    assert names([file(name, format_) for name, format_ in formats.items()]) == [chosen]


def test_an_original_is_better_than_what_was_made_of_it() -> None:
    made = file("a_128kb.mp3", "128Kbps MP3", original="a.mp3")
    assert names([made, file("a.mp3", "VBR MP3")]) == ["a.mp3"]


def test_a_lossless_original_is_left_for_its_mp3() -> None:
    files = [file("a.wav", "WAVE"), file("a.mp3", "VBR MP3", original="a.wav"), file("b.flac", "Flac")]
    assert names([*files, file("b.mp3", "VBR MP3", original="b.flac")]) == ["a.mp3", "b.mp3"]


def test_a_book_is_of_one_kind_where_it_can_be() -> None:
    files = [file("01.mp3"), file("02.ogg", "Ogg Vorbis"), file("02_64kb.mp3", "64Kbps MP3", original="02.ogg")]
    assert names(files) == ["01.mp3", "02_64kb.mp3"]


def test_the_whole_book_in_one_file_is_not_a_further_chapter() -> None:
    assert "Gardien.m4b" not in names([*chapters(), file("Gardien.m4b", "LibriVox Apple Audiobook")])


M4B = "LibriVox Apple Audiobook"


class TestWholeBook:
    """What covers most of the book is the book."""

    def test_in_one_file_wins_over_a_sample(self) -> None:
        assert names([file("intro.mp3", length="60"), file("book.m4b", M4B, length="36000")]) == ["book.m4b"]

    def test_in_one_file_wins_over_some_of_its_chapters(self) -> None:
        some = [file(f"{number:02d}.mp3", length="1200") for number in range(1, 10)]
        assert names([*some, file("book.m4b", M4B, length="12000")]) == ["book.m4b"]

    def test_in_several_files_wins_over_a_sample(self) -> None:
        parts = [file(f"book{number}.m4b", M4B, length="18000") for number in (1, 2)]
        assert names([*parts, file("intro.mp3", length="60")]) == ["book1.m4b", "book2.m4b"]

    @pytest.mark.parametrize("length", ["3600", "3605.5", "3590", "60"])
    def test_of_the_same_recordings_gives_way_to_its_chapters(self, length: str) -> None:
        parts = [file(f"{number:02d}.mp3", length="1200") for number in range(1, 4)]
        assert names([*parts, file("book.m4b", M4B, length=length)]) == ["01.mp3", "02.mp3", "03.mp3"]

    @pytest.mark.parametrize(("size", "chosen"), [("290000000", ["book.m4b"]), ("3500000", ["intro.mp3"])])
    def test_without_lengths_is_told_by_its_size(self, size: str, chosen: list[str]) -> None:
        assert names([file("intro.mp3", size="1000000"), file("book.m4b", M4B, size=size)]) == chosen

    def test_of_which_nothing_is_told_gives_way(self) -> None:
        assert names([file("a.mp3", size=None), file("book.m4b", M4B)]) == ["a.mp3"]

    def test_as_mp3_beside_its_chapters_is_not_heard_twice(self) -> None:
        parts = [file(f"{number:02d}.mp3", length=f"{1000 + number}.5") for number in range(1, 6)]
        assert names([file("all.mp3", length="5017"), *parts]) == [f"{number:02d}.mp3" for number in range(1, 6)]

    def test_that_is_left_out_is_told_in_the_log(self) -> None:
        parts = [file(f"{number:02d}.mp3", length="1200") for number in range(1, 5)]
        with capture_logs() as logs:
            assert names([*parts, file("whole_book_64kb.mp3", length="4800")]) == [f"0{n}.mp3" for n in range(1, 5)]
        assert [(line["log_level"], line["file"], line["chapters"]) for line in logs] == [
            ("info", "whole_book_64kb.mp3", 4)
        ]

    @pytest.mark.parametrize(
        "lengths",
        [
            {"01.mp3": "3600", "02.mp3": "1200", "03.mp3": "1205", "04.mp3": "1190"},
            {"01 intro.mp3": "300", "02.mp3": "1500", "03.mp3": "1200", "04.mp3": "3000"},
            {"fog.mp3": "3600", "gale.mp3": "1200", "harbour.mp3": "1200", "island.mp3": "1200"},
            {"fog.mp3": "3600", "intro.mp3": "1200", "chapter2.mp3": "1200", "chapter3.mp3": "1200"},
        ],
        ids=["first", "last", "no numbers", "some numbers"],
    )
    def test_is_not_seen_in_a_chapter_that_lasts_as_long_as_all_others(self, lengths: dict[str, str]) -> None:
        found = names([file(name, length=length) for name, length in lengths.items()])
        assert sorted(found) == sorted(lengths)

    def test_is_not_seen_in_a_chapter_that_only_its_track_numbers(self) -> None:
        lengths = {"a.mp3": "1200", "b.mp3": "1200", "c.mp3": "3600", "d.mp3": "1200"}
        found = names(
            [file(name, length=length, track=str(at)) for at, (name, length) in enumerate(lengths.items(), 1)]
        )
        assert found == list(lengths)

    def test_is_not_seen_where_chapters_only_happen_to_add_up(self) -> None:
        assert names([file("a.mp3", length="200"), file("b.mp3", length="100"), file("c.mp3", length="100")]) == [
            "a.mp3",
            "b.mp3",
            "c.mp3",
        ]


@pytest.mark.parametrize("name", ["._64kb.mp3", "a/._vbr.mp3", "..mp3", ".mp3", "a/", "/", "a..b.MP3"])
def test_any_name_is_a_piece(name: str) -> None:
    assert isinstance(piece_of(name), str)
    names([file(name)])


def test_a_file_that_may_not_be_fetched_is_passed_over() -> None:
    files = [file("a.mp3", private="true"), file("a_64kb.mp3", "64Kbps MP3", original="a.mp3")]
    assert names(files) == ["a_64kb.mp3"]


def test_track_numbers_give_the_order() -> None:
    assert names([file("z.mp3", track="1/2"), file("a.mp3", track="02")]) == ["z.mp3", "a.mp3"]


def test_the_disc_comes_before_the_track() -> None:
    files = [file("a.mp3", track="1", disc="2"), file("b.mp3", track="2", disc="1"), file("c.mp3", track="1", disc="1")]
    assert names(files) == ["c.mp3", "b.mp3", "a.mp3"]


@pytest.mark.parametrize("tracks_", [(None, "1", "2"), ("1", "1", "2")])
def test_numbers_that_cannot_be_gives_way_to_names(tracks_: tuple[str | None, ...]) -> None:
    files = [file(f"part{number}.mp3", track=track) for number, track in zip((10, 9, 1), tracks_, strict=True)]
    assert names(files) == ["part1.mp3", "part9.mp3", "part10.mp3"]


def test_folders_keep_pieces_apart() -> None:
    assert names([file("CD2/01.mp3"), file("CD1/01.mp3"), file("CD1/01_64kb.mp3", "64Kbps MP3")]) == [
        "CD1/01.mp3",
        "CD2/01.mp3",
    ]


def test_files_made_of_one_another_in_a_circle_end() -> None:
    files = [file("a.mp3", original="b.mp3"), file("b.mp3", original="a.mp3")]
    assert len(names(files)) in (1, 2)


def test_an_item_without_recordings_has_no_tracks() -> None:
    assert names([file("a.pdf", "Text PDF"), file("a.mp3.zip", "ZIP")]) == []
