"""Sections and files whose names, order and durations agree, or do not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from random import Random

import pytest

from ohdio_core.domain.audiobook import Part
from ohdio_core.sources.archive.item import ItemFile
from ohdio_core.sources.archive.tracks import ArchiveTrack
from ohdio_core.sources.librivox.alignment import aligned
from ohdio_core.sources.librivox.matching import matched


def parts(seconds: Sequence[float | None], names: Sequence[str | None] | None = None) -> list[Part]:
    return [
        Part(
            index,
            str(index),
            duration=None if lasts is None else timedelta(seconds=int(lasts)),
            url=None if name is None else f"https://archive.org/download/brume/{name}_64kb.mp3",
        )
        for index, (lasts, name) in enumerate(zip(seconds, names or [None] * len(seconds), strict=True))
    ]


def tracks(seconds: Sequence[float | None], names: Sequence[str] | None = None) -> list[ArchiveTrack]:
    files = [
        ItemFile(f"{name}.mp3", length=None if lasts is None else timedelta(seconds=lasts))
        for name, lasts in zip(names or numbered(len(seconds)), seconds, strict=True)
    ]
    return [ArchiveTrack(file, "", (file,)) for file in files]


def numbered(count: int, first: int = 1) -> list[str]:
    return [f"brume_{number:03d}" for number in range(first, first + count)]


def found(sections: list[Part], files: list[ArchiveTrack]) -> list[int | None]:
    """The place of each section's file."""
    return [None if track is None else files.index(track) for track in matched(sections, files)]


def lengths(count: int, seed: int = 8) -> list[float]:
    """Chapters of three to forty minutes; of 128 many last nearly as long as another."""
    random = Random(seed)
    return [round(random.uniform(180, 2400), 1) for _ in range(count)]


class TestAnotherNumbering:
    @pytest.mark.parametrize("first", [0, 2, 3])
    def test_the_order_and_the_durations_are_believed(self, first: int) -> None:
        heard = lengths(128)
        assert found(parts(heard, numbered(128, first)), tracks(heard)) == list(range(128))

    @pytest.mark.parametrize("more", ["before", "after"])
    def test_also_beside_a_file_that_is_no_section(self, more: str) -> None:
        heard = lengths(64)
        extra = [77.0, *heard] if more == "before" else [*heard, 77.0]
        begin = 1 if more == "before" else 0
        assert found(parts(heard, numbered(64, 5)), tracks(extra)) == list(range(begin, 64 + begin))

    def test_half_of_the_names_may_be_of_one_numbering_and_half_of_another(self) -> None:
        heard = lengths(128)
        names = numbered(64) + numbered(64, 66)
        assert found(parts(heard, names), tracks(heard)) == list(range(128))


class TestAnotherOrder:
    def test_names_are_believed_that_durations_confirm(self) -> None:
        heard, order = lengths(40), list(range(40))
        Random(3).shuffle(order)
        files = tracks([heard[place] for place in order], [numbered(40)[place] for place in order])
        assert [order[place] for place in found(parts(heard, numbered(40)), files) if place is not None] == list(
            range(40)
        )

    def test_without_names_only_what_no_other_lasts_as_long_as_is_matched(self) -> None:
        files = tracks([300, 100, 101, 500, 700, 900, 1100, 1300, 1500, 1700])
        sections = parts([1700, 1500, 1300, 1100, 900, 700, 500, 300, 100, 101])
        assert found(sections, files) == [9, 8, 7, 6, 5, 4, 3, 0, None, None]

    @pytest.mark.parametrize("order", [[0, 1, 2], [1, 0, 2], [2, 0, 1]])
    def test_where_both_are_whole_the_more_exact_durations_decide(self, order: list[int]) -> None:
        heard = [100.4, 102.3, 101.5]
        by_order = parts(heard, [numbered(3)[place] for place in order])
        by_name = parts([heard[place] for place in order], [numbered(3)[place] for place in order])
        assert found(by_order, tracks(heard)) == [0, 1, 2]
        assert found(by_name, tracks(heard)) == order

    def test_where_these_are_nearly_equal_what_only_one_says_is_not_told(self) -> None:
        first, second, third = numbered(3)
        assert found(parts([100, 100, 300], [second, first, third]), tracks([100.2, 100.6, 300])) == [None, None, 2]


class TestDurations:
    @pytest.mark.parametrize(("off", "is_same"), [(-2, True), (2, True), (5, False), (-60, False)])
    def test_one_that_differs_by_more_than_seconds_is_another_recording(self, off: int, is_same: bool) -> None:
        heard = lengths(20)
        files = tracks([*heard[:9], heard[9] + off, *heard[10:]])
        assert found(parts(heard, numbered(20)), files) == [
            None if place == 9 and not is_same else place for place in range(20)
        ]

    def test_what_two_recordings_may_be_is_neither(self) -> None:
        assert found(parts([100, 200, 300]), tracks([100, 200, 200, 300])) == [0, None, 3]

    def test_where_all_last_as_long_names_and_places_that_contradict_each_other_tell_nothing(self) -> None:
        sections = parts([60] * 5, [*numbered(4, 2), None])
        assert found(sections, tracks([60] * 5)) == [None] * 5

    def test_without_any_a_full_set_of_names_is_enough(self) -> None:
        assert found(parts([None] * 3, numbered(3)), tracks([None] * 4)) == [0, 1, 2]


class TestAlignment:
    def test_what_pairs_in_every_best_way_is_told(self) -> None:
        same = {(0, 0), (1, 1), (2, 2), (2, 3)}
        assert aligned(3, 4, lambda row, column: (row, column) in same) == [0, 1, None]

    def test_against_every_way_there_is(self) -> None:
        random = Random(11)
        for _ in range(200):
            rows, columns = random.randint(0, 4), random.randint(0, 4)
            scores = [[random.choice((0, 0, 1, 2)) for _ in range(columns)] for _ in range(rows)]
            assert aligned(rows, columns, partial(_at, scores)) == _tried(scores, columns)


def _at(scores: list[list[int]], row: int, column: int) -> int:
    return scores[row][column]


def _tried(scores: list[list[int]], columns: int) -> list[int | None]:
    ways: list[tuple[dict[int, int], int, int]] = [({}, 0, 0)]
    for row, values in enumerate(scores):
        ways += [
            ({**pairs, row: column}, total + values[column], column + 1)
            for pairs, total, begin in list(ways)
            for column in range(begin, columns)
            if values[column]
        ]
    most = max(total for _, total, _ in ways)
    best = [pairs for pairs, total, _ in ways if total == most]
    told = [{pairs.get(row) for pairs in best} for row in range(len(scores))]
    return [next(iter(each)) if len(each) == 1 else None for each in told]
