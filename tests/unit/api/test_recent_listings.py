"""Listings that were read a moment ago are kept for a while, and within bounds."""

from __future__ import annotations

from ohdio_api.previews.listed import Listed
from ohdio_api.previews.recent import RecentListings
from ohdio_core.domain.audiobook import BookRef


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def listing(books: int) -> Listed:
    return Listed(tuple(BookRef("web", f"https://a.example/{number}", str(number)) for number in range(books)))


def test_one_is_forgotten_when_it_is_old() -> None:
    clock = Clock()
    recent = RecentListings(300, clock)
    recent.put("a", listing(1))
    clock.now = 300
    assert recent.get("a") == listing(1)
    clock.now = 301
    assert recent.get("a") is None
    assert not recent._kept


def test_the_oldest_give_way_to_many_books() -> None:
    recent = RecentListings(300, Clock())
    for name in "abc":
        recent.put(name, listing(4_000))
    assert [recent.get(name) is None for name in "abc"] == [True, False, False]


def test_one_that_was_read_anew_is_the_newest() -> None:
    recent = RecentListings(300, Clock())
    for name in "aba":
        recent.put(name, listing(4_000))
    recent.put("c", listing(4_000))
    assert [recent.get(name) is None for name in "abc"] == [False, True, False]


def test_one_that_is_larger_than_all_that_is_kept_is_not() -> None:
    recent = RecentListings(300, Clock())
    recent.put("a", listing(10_001))
    assert recent.get("a") is None
