"""Feeds that are made anew at each request: their guids, or the addresses of their files, are other ones each time."""

from __future__ import annotations

from itertools import count

import pytest

from ohdio_core.collection import control
from ohdio_core.collection.unwanted import mark_unwanted
from ohdio_core.domain.filters import Filters
from tests.integration.scraper.scanning import PATH, Scanning
from tests.unit.sources.rss.documents import rss

_STAMPS = count(1)
_TALES = (("Deuxième conte", 2), ("Premier conte", 1))


def episode(title: str, day: int | None = 3, *, guid: str | None = None, file: str = "a.mp3", more: str = "") -> str:
    """An item; ``{}`` in its guid or file is another number at each call."""
    stamp = next(_STAMPS)
    date = "" if day is None else f"<pubDate>{day:02} Feb 2022 10:00:00 GMT</pubDate>"
    named = "" if guid is None else f"<guid>{guid.format(stamp)}</guid>"
    length = "" if "length=" in more else 'length="0"'
    return (
        f"<item><title>{title}</title>{named}{date}"
        f'<enclosure url="https://audio.example/{file.format(stamp)}" type="audio/mpeg" {length} {more}/></item>'
    )


def found_twice(scanning: Scanning, first: list[str], second: list[str]) -> tuple[int, int]:
    """How many books a scan finds, and how many there are after another one."""
    found = []
    for items in (first, second):
        scanning.origin.answer(PATH, rss(*items))
        row = scanning.scan()
        assert row.status == "completed", row.error or row.wait_reason
        found.append(len(scanning.titles()))
    return found[0], found[1]


class TestOneBook:
    @pytest.mark.parametrize(
        ("guid", "file", "more"),
        [
            ("new-{}", "a.mp3", ""),
            (None, "a.mp3?modified={}", ""),
            ("new-{}", "a.mp3?modified={}", ""),
            ("new-{}", "signed/{}/a.mp3", 'length="734003"'),
            ("new-{}", "play?id=7", ""),
            ("post-7", "a.mp3?modified={}", ""),
        ],
    )
    def test_is_known_by_its_title_date_and_length(
        self, scanning: Scanning, guid: str | None, file: str, more: str
    ) -> None:
        def items() -> list[str]:
            return [episode(title, day, guid=guid, file=f"{day}{file}", more=more) for title, day in _TALES]

        assert found_twice(scanning, items(), items()) == (2, 2)
        row = scanning.scan()
        assert (row.status, row.new, row.known) == ("completed", 0, 2)

    def test_is_known_by_its_file_where_it_has_no_date(self, scanning: Scanning) -> None:
        first = [episode("Conte", None, guid="new-{}", file="play?id=1")]
        second = [episode(" conte", None, guid="new-{}", file="play?id=1")]
        assert found_twice(scanning, first, second) == (1, 1)

    def test_that_a_feed_lists_twice_is_one(self, scanning: Scanning) -> None:
        twice = [episode("Conte", guid="one"), episode("Conte", guid="two")]
        assert found_twice(scanning, twice, twice) == (1, 1)

    def test_of_a_feed_whose_ids_stay_is_known_when_all_else_has_changed(self, scanning: Scanning) -> None:
        first = [episode("Conte", guid="one", file="a.mp3")]
        second = [episode("Conte, revu", 9, guid="one", file="b.mp3")]
        assert found_twice(scanning, first, second) == (1, 1)

    def test_that_a_person_removed_stays_away(self, scanning: Scanning) -> None:
        scanning.origin.answer(PATH, rss(episode("Conte", guid="new-{}")))
        scanning.scan()
        scanning.engine.order(control.delete, [scanning.engine.value("SELECT id FROM queue_items")])
        scanning.engine.order(mark_unwanted, [scanning.engine.value("SELECT id FROM audiobooks")])
        scanning.engine.execute("DELETE FROM audiobooks")
        scanning.origin.answer(PATH, rss(episode("Conte", guid="new-{}")))

        row = scanning.scan()

        assert scanning.titles() == []
        assert (row.found, row.new, row.unwanted) == (1, 0, 1)


class TestTwoBooks:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ({"file": "play?id=1", "day": None}, {"file": "play?id=2", "day": None}),
            ({"day": 3}, {"day": 4}),
            ({"more": 'length="734003"', "file": "a.mp3"}, {"more": 'length="734004"', "file": "b.mp3"}),
            ({"day": None, "file": "coming-soon.mp3"}, {"day": None, "file": "coming-soon.mp3", "title": "Légende"}),
            ({"file": "coming-soon.mp3"}, {"file": "coming-soon.mp3", "title": "Légende"}),
            ({"file": "a.mp3", "more": 'length="1"'}, {"file": "b.mp3", "more": 'length="1"'}),
        ],
    )
    def test_of_one_document_stay_two(self, scanning: Scanning, first: dict[str, str], second: dict[str, str]) -> None:
        items = [episode(**{"title": "Conte", "guid": guid, **each}) for guid, each in (("1", first), ("2", second))]  # type: ignore[arg-type]
        assert found_twice(scanning, items, items) == (2, 2)

    def test_of_one_day_stay_two_when_the_second_comes_later(self, scanning: Scanning) -> None:
        day = "<pubDate>03 Feb 2022</pubDate>"
        morning = episode("Nouvelles", None, guid="new-{}", file="matin.mp3").replace("<enclosure", f"{day}<enclosure")
        evening = episode("Nouvelles", None, guid="new-{}", file="soir.mp3").replace("<enclosure", f"{day}<enclosure")
        assert found_twice(scanning, [morning], [evening]) == (1, 2)

    def test_stay_two_where_one_of_them_looks_like_what_the_other_was(self, scanning: Scanning) -> None:
        first = [episode("Conte", guid="one")]
        second = [episode("Conte", guid="two", file="b.mp3"), episode("Conte, revu", guid="one")]
        assert found_twice(scanning, first, second) == (1, 2)

    def test_of_two_feeds_are_two(self, scanning: Scanning) -> None:
        for path in (PATH, "/other/feed.xml"):
            scanning.origin.answer(path, rss(episode("Conte", guid="one")))
            scanning.scan(Filters(), f"https://podcasts.example{path}")
        assert len(scanning.titles()) == 2


def test_signs_do_not_grow_with_each_scan(scanning: Scanning) -> None:
    for size in range(734_000, 734_005):
        scanning.origin.answer(PATH, rss(episode("Conte", guid="one", file="a.mp3?t={}", more=f'length="{size}"')))
        scanning.scan()
    assert scanning.engine.value("SELECT count(*) FROM book_signs") == 2
