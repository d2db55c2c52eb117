"""Recognising books whose listing has other ids at each look, while somebody else reads it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from ohdio_core.collection.add_books import add_books
from ohdio_core.collection.match_keys import recognise_and_store_keys
from ohdio_core.domain.audiobook import BookRef
from tests.fixtures.engine import Engine


def episodes(look: int, feed: str = "feed") -> list[BookRef]:
    """Return what a look at a feed finds that is generated anew at each request."""
    return [
        BookRef(
            "rss",
            f"https://stories.example/{feed}#{look}-{number}",
            f"{feed}-{look}-{number}",
            f"Story {number}",
            match_keys=(f"sound-{feed}-{number}",),
        )
        for number in range(20)
    ]


def test_two_who_read_one_feed_at_once_add_each_book_once(engine: Engine) -> None:
    looks = 4
    begin = Barrier(looks)

    def read(look: int) -> None:
        begin.wait(10)
        with engine.database.unit_of_work() as work:
            books = recognise_and_store_keys(work, episodes(look))
            add_books(work, [(book, "stories.example") for book in books], are_filed=lambda books: [True] * len(books))

    with ThreadPoolExecutor(looks) as people:
        list(people.map(read, range(looks)))

    titles = [title for (title,) in engine.rows("SELECT title FROM audiobooks")]
    assert sorted(titles) == sorted(book.title or "" for book in episodes(0))


def test_who_reads_another_feed_waits_for_nobody(engine: Engine) -> None:
    with engine.database.unit_of_work() as work, ThreadPoolExecutor(1) as other:
        recognise_and_store_keys(work, episodes(0))
        named = other.submit(engine.order, recognise_and_store_keys, episodes(0, "another")).result(timeout=20)
    assert named == episodes(0, "another")
