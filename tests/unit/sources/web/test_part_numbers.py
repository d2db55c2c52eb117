"""Numbers in the names of files."""

from __future__ import annotations

import pytest

from ohdio_core.sources.web.part_numbers import without_numbers


@pytest.mark.parametrize(
    ("names", "titles"),
    [
        (["01 - fin", "02 - suite"], ["fin", "suite"]),
        (["03 - 01 - fin #1", "03 - 02 - fin #2"], ["fin #1", "fin #2"]),
        (["1-01 - a", "1-02 - b", "2-01 - c"], ["a", "b", "c"]),
        (["1-01", "1-02"], [None, None]),
        (["01 - 01 - fin #1", "02 - 02 - suite"], ["fin #1", "suite"]),
        (["01_a", "02_b"], ["a", "b"]),
        (["1. a", "2. b", "10. c"], ["a", "b", "c"]),
        (["01 opening", "02 closing"], ["opening", "closing"]),
        (["1 #one", "2 why"], ["#one", "why"]),
        (["12 singes", "13 lunes"], ["singes", "lunes"]),
        (["1 roi", "7 nains"], ["1 roi", "7 nains"]),
        (["01", "02", "03"], [None, None, None]),
        (["01 novembre", "02 novembre"], ["01 novembre", "02 novembre"]),
        (["1 Corinthians", "2 Corinthians"], ["1 Corinthians", "2 Corinthians"]),
        (["Chapter 1", "Chapter 2"], ["Chapter 1", "Chapter 2"]),
        (["02 - b", "01 - a"], ["02 - b", "01 - a"]),
        (["01 - a", "b"], ["01 - a", "b"]),
        (["01 - a"], ["a"]),
        (["01"], [None]),
        (["1 - a"], ["1 - a"]),
        (["1984"], ["1984"]),
        ([], []),
    ],
)
def test_are_no_words_of_titles(names: list[str], titles: list[str | None]) -> None:
    assert without_numbers(names) == titles
