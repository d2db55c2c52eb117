from __future__ import annotations

import pytest

from ohdio_core.domain.book_numbers import asin, isbn


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("978-2-07-036822-8", "9782070368228"), ("urn:isbn:9782070368228", "9782070368228"),
        ("0-306-40615-2", "0306406152"),
        ("ISBN 2 07 036822 X", "207036822X"), ("9782070368229", None), ("12345678901234567890", None), ("", None),
    ],
)  # fmt: skip
def test_an_isbn_is_what_its_check_digit_proves(text: str, number: str | None) -> None:
    assert isbn(text) == number


@pytest.mark.parametrize(
    ("text", "number"), [("urn:asin:B0015T963C", "B0015T963C"), ("b0015t963c", None), ("BROUILLARD", None), ("", None)]
)
def test_a_number_of_amazons_begins_with_b(text: str, number: str | None) -> None:
    assert asin(text) == number
