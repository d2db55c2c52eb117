"""What people choose of a link, from the command to the library."""

from __future__ import annotations

from tests.fixtures.command import Command
from tests.sites.catalogue import Catalogue, SimFeed, invent_book, invent_category
from tests.sites.client import SimOrigin

_EPISODES = tuple(invent_book(number, seconds=2) for number in range(52_001, 52_004))
_FEED = Catalogue(books=_EPISODES, feeds=(SimFeed("contes-du-port", "Contes du port", tuple(b.id for b in _EPISODES)),))


def test_books_that_are_known_to_be_too_short_once_described_are_skipped(ohdio: Command, origin: SimOrigin) -> None:
    catalogue = invent_category(3, first=52_201, seconds=2)
    origin.offer(catalogue)

    done = ohdio.run("get", origin.category_url(catalogue.categories[0]), "--min-duration", "1h")

    assert done.returncode == 0
    assert "0 books complete" in done.stdout
    assert "3 books skipped, as the filters say." in done.stdout
    assert ohdio.books() == set()
    assert origin.stats().media_requests == 0


def test_a_feed_becomes_one_book_with_its_episodes_as_parts(ohdio: Command, origin: SimOrigin) -> None:
    origin.offer(_FEED)

    done = ohdio.run("get", origin.feed_url(_FEED.feeds[0]), "--as-book")

    assert done.returncode == 0
    assert ohdio.books() == {"Contes du port"}
    assert len([path for path in ohdio.library.rglob("*") if path.suffix in {".mp3", ".m4a"}]) == len(_EPISODES)
