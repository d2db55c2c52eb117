"""Adding books while a person deletes them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import event

from ohdio_core.collection import add_books as adding
from ohdio_core.collection.add_books import AddedBook, Standing, add_books
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.owner import OwnerId
from tests.fixtures.engine import Engine

BOOK = (BookRef("books.example", "https://books.example/1", "1", "One"), "books.example")
OTHER = (BookRef("books.example", "https://books.example/2", "2", "Two"), "books.example")

HOLDING = "SELECT FROM extractions WHERE id IN"
INSERTING = "INSERT INTO audiobooks"
READING_BACK = "AS wanted (url, source, external_id)"
TAKING_DESCRIPTIONS = "SELECT FROM extractions WHERE id = ANY"


def by(scheme: str, external_id: str) -> tuple[BookRef, str]:
    """Name a page that is known by what it has in common with the same page by another scheme."""
    return BookRef("web", f"{scheme}://stories.example/", external_id), "stories.example"


def test_a_book_by_http_and_by_https_is_one(engine: Engine) -> None:
    both = [by("http", "https://stories.example/"), by("https", "https://stories.example/")]

    [added] = engine.order(add_books, both[:1], are_filed=lambda books: [True] * len(books))
    again = engine.order(add_books, both, are_filed=lambda books: [True] * len(books))

    assert again == [AddedBook(added.audiobook_id, Standing.KNOWN)]
    assert engine.value("SELECT url FROM audiobooks") == "http://stories.example/"


def test_of_two_that_were_there_before_a_link_means_the_one_that_has_it(engine: Engine) -> None:
    former = [by("http", "http://stories.example/"), by("https", "https://stories.example/")]
    by_http, _ = engine.order(add_books, former, are_filed=lambda books: [True] * len(books))

    again = engine.order(
        add_books, [by("http", "https://stories.example/")], are_filed=lambda books: [True] * len(books)
    )

    assert again == [AddedBook(by_http.audiobook_id, Standing.KNOWN)]


def add(engine: Engine) -> list[AddedBook]:
    return engine.order(add_books, [BOOK, OTHER], are_filed=lambda books: [True] * len(books))


def do_before(engine: Engine, statement: str, what: Callable[[Engine], object]) -> None:
    """Make somebody else do something, over another connection, just before such a statement is first run."""
    is_done: list[bool] = []

    def do(_: object, __: object, running: str, *___: Any) -> None:
        if statement in running and not is_done:
            is_done.append(True)
            person = Engine(engine.url)
            what(person)
            person.database.close()

    event.listen(engine.database.engine, "before_cursor_execute", do)


def delete_first(engine: Engine) -> None:
    engine.execute("DELETE FROM audiobooks WHERE url = :url", url=BOOK[0].url)


def test_a_book_that_is_deleted_before_it_is_held_is_a_new_one(engine: Engine) -> None:
    _, other = add(engine)
    do_before(engine, HOLDING, delete_first)
    is_new_beside(engine, other)


@pytest.mark.parametrize("moment", [READING_BACK, TAKING_DESCRIPTIONS])
def test_a_book_that_is_added_and_deleted_by_another_meanwhile_is_a_new_one(engine: Engine, moment: str) -> None:
    [other] = engine.order(add_books, [OTHER], are_filed=lambda books: [True] * len(books))
    do_before(
        engine, INSERTING, lambda person: person.order(add_books, [BOOK], are_filed=lambda books: [True] * len(books))
    )
    do_before(engine, moment, delete_first)
    is_new_beside(engine, other)


def is_new_beside(engine: Engine, other: AddedBook) -> None:
    added = add(engine)

    assert [book.standing for book in added] == [Standing.NEW, Standing.KNOWN]
    assert added[1].audiobook_id == other.audiobook_id
    assert [row.audiobook_id for row in engine.rows("SELECT audiobook_id FROM queue_items ORDER BY audiobook_id")] == (
        sorted(book.audiobook_id for book in added)
    )
    assert engine.value("SELECT count(*) FROM extractions WHERE status = 'queued'") == 2


def test_complete_books_are_looked_for_together_and_of_many_several_parts_at_a_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.order(add_books, [BOOK, OTHER], are_filed=lambda books: [True] * len(books))
    engine.execute("UPDATE queue_items SET status = 'completed', stage = 'done'")
    engine.execute("UPDATE audiobooks SET library_path = external_id")
    asked: list[int] = []
    all_are_asked = threading.Barrier(1)

    def are_filed(books: Sequence[tuple[str, OwnerId]]) -> Sequence[bool]:
        asked.append(len(books))
        all_are_asked.wait(20)
        return [path == OTHER[0].external_id for path, _ in books]

    added = engine.order(add_books, [BOOK, OTHER], are_filed=are_filed)
    assert [book.standing for book in added] == [Standing.GONE, Standing.KNOWN]
    engine.execute("UPDATE queue_items SET status = 'completed', stage = 'done'")
    monkeypatch.setattr(adding, "_TOGETHER", 1)
    all_are_asked = threading.Barrier(2)
    added = engine.order(add_books, [OTHER, BOOK], are_filed=are_filed)
    assert [book.standing for book in added] == [Standing.KNOWN, Standing.GONE]
    assert asked == [2, 1, 1]
