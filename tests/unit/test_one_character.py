"""Sentences that say how many characters are expected."""

from __future__ import annotations

import pytest

from ohdio_core.expectations import expectation
from ohdio_core.sentences import sentence


@pytest.mark.parametrize(
    ("kind", "bound", "count", "said"),
    [
        ("string_too_short", "min_length", 1, "At least one character is expected."),
        ("string_too_short", "min_length", 2, "At least 2 characters are expected."),
        ("too_short", "min_length", 1, "At least one character is expected."),
        ("string_too_long", "max_length", 1, "At most one character is expected."),
        ("string_too_long", "max_length", 2, "At most 2 characters are expected."),
    ],
)
def test_one_is_no_plural(kind: str, bound: str, count: int, said: str) -> None:
    assert expectation(kind, {bound: count}, sentence("test.other", "Other.")).text == said
