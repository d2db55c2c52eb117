from __future__ import annotations

import pytest

from ohdio.cli.output import books, size


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (None, "?"),
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (12_345, "12 kB"),
        (1_500_000, "1.5 MB"),
        (2.5e9, "2.5 GB"),
        (7e15, "7000 TB"),
    ],
)
def test_sizes_are_written_for_people(count: float | None, written: str) -> None:
    assert size(count) == written


def test_one_book_is_not_books() -> None:
    assert (books(0), books(1), books(2)) == ("0 books", "1 book", "2 books")
