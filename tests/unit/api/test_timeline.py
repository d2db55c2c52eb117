"""The one timeline of a book, with the chapters within its parts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ohdio_api.web.player.timeline import lay_out, places_in
from ohdio_api.web.words import words
from ohdio_core.schemas.audiobooks import AudiobookDetail, ChapterView, FileView, PartView

Chapters = Sequence[tuple[float, str]]


def book(*parts: tuple[str | None, float | None, Chapters]) -> AudiobookDetail:
    return AudiobookDetail.model_construct(
        parts=[
            PartView(part=n, title=title, duration_seconds=seconds) for n, (title, seconds, _) in enumerate(parts, 1)
        ],
        files=[
            FileView(
                part=n,
                name=f"{n}.m4a",
                size=1,
                sha256="",
                duration_seconds=seconds,
                chapters=[ChapterView(start_seconds=start, title=name) for start, name in chapters],
            )
            for n, (_, seconds, chapters) in enumerate(parts, 1)
        ],
    )


def places(told: AudiobookDetail) -> list[tuple[str, float, float]]:
    return [(place.name, place.start, place.seconds) for place in places_in(lay_out(told, None, words("en")))]


def test_chapters_of_a_later_part_begin_after_the_parts_before_it() -> None:
    told = book(("Morning", 60, ()), ("Noon", 40, [(0, "Bells"), (25, "Soup")]), (None, 10, ()))
    assert places(told) == [("Morning", 0, 60), ("Bells", 60, 25), ("Soup", 85, 15), ("Part 3", 100, 10)]


@pytest.mark.parametrize("chapters", [(), [(0, "All of it")], [(0, "All of it"), (60, "Behind the end")]])
def test_a_part_with_one_chapter_is_one_place(chapters: Chapters) -> None:
    assert places(book(("Morning", 60, chapters))) == [("Morning", 0, 60)]


def test_what_is_before_the_first_chapter_belongs_to_the_part_unless_it_is_a_moment() -> None:
    assert places(book(("Morning", 60, [(20, "One"), (40, "Two")])))[0] == ("Morning", 0, 20)
    assert places(book(("Morning", 60, [(0.4, "One"), (40, "Two")])))[0] == ("One", 0, 40)


def test_nothing_is_placed_behind_a_part_of_unknown_length() -> None:
    told = book(("Morning", 60, ()), ("Noon", None, [(0, "Bells"), (25, "Soup")]), ("Evening", 10, ()))
    assert places(told) == [("Morning", 0, 60)]


def test_the_chapters_of_the_one_file_of_several_parts_are_all_that_there_is() -> None:
    told = book(("Morning", 60, ()), ("Noon", 40, ()))
    chapters = [ChapterView(start_seconds=start, title=name) for start, name in ((0, "Morning"), (60.1, "Noon"))]
    file = told.files[0].model_copy(update={"duration_seconds": 100.2, "chapters": chapters})
    told = told.model_copy(update={"files": [file], "title": "One day"})
    (part,) = lay_out(told, None, words("en"))
    assert (part.name, part.start, part.seconds) == ("One day", 0, 100.2)
    assert places(told) == [("Morning", 0, 60.1), ("Noon", 60.1, pytest.approx(40.1))]
