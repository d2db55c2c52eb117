"""How a refusal says of which book it is."""

from __future__ import annotations

from ohdio_client.errors import CommandError
from ohdio_core.sentences import sentence


def test_a_number_that_names_nothing_is_no_name() -> None:
    parts = CommandError(sentence("test.parts", "It takes {count} parts.", count=3))
    assert parts.shown_of("3") == "3: It takes 3 parts."


def test_what_names_the_book_is_not_named_twice() -> None:
    gone = CommandError(sentence("test.gone", "There is no book {id}.", id=3))
    assert gone.shown_of("3") == "There is no book 3."


def test_what_stands_below_is_said_of_a_book_too() -> None:
    known = CommandError(sentence("test.known", "Other books have it."), details=("Le phare",))
    assert known.shown_of("3") == "3: Other books have it.\nLe phare"
