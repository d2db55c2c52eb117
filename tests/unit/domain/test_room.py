"""Which books are held, as they would not fit the disk."""

from __future__ import annotations

from ohdio_core.domain.room import Contender, fit


def test_books_are_held_from_the_first_that_does_not_fit_but_for_smaller_ones() -> None:
    books = [Contender(1, (60,)), Contender(2, (50,)), Contender(3, (40,)), Contender(4, (1,))]
    assert [book.id for book in fit(books, [100]).hold] == [2, 4]


def test_what_fits_again_is_released_the_most_urgent_first() -> None:
    books = [Contender(1, (60,), is_held=True), Contender(2, (50,), is_held=True), Contender(3, (40,))]
    assert fit(books, [100]) == ([], [1])
    assert fit(books, [99]) == ([books[2]], [1])
    assert fit(books, [50]) == ([books[2]], [2])


def test_what_a_person_wants_anyway_takes_its_room_and_more() -> None:
    fitting = fit([Contender(1, (10,)), Contender(2, (500,), is_waived=True), Contender(3, (10,))], [100])
    assert [book.id for book in fitting.hold] == [3]


def test_a_book_of_which_nobody_knows_the_size_is_not_held() -> None:
    assert fit([Contender(1, None), Contender(2, None, is_held=True)], [0]) == ([], [2])


def test_a_book_needs_room_on_each_disk() -> None:
    books = [Contender(1, (10, 90)), Contender(2, (10, 90))]
    assert [book.id for book in fit(books, [1000, 100]).hold] == [2]
    assert [book.id for book in fit(books, [15, 1000]).hold] == [2]
