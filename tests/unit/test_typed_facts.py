from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ohdio_core.expectations import UnexpectedValue
from ohdio_core.schemas.typed_facts import typed_asin, typed_day, typed_isbn


@pytest.mark.parametrize(
    ("check", "text", "kept"),
    [
        (typed_isbn, "978-2-07-036822-8", "9782070368228"), (typed_isbn, "ISBN-13: 978 2 07 036822 8", "9782070368228"),
        (typed_isbn, "ISBN-13 9782070368228", "9782070368228"), (typed_isbn, "isbn 2–07–036822–x", "207036822X"),
        (typed_asin, "b0015t963c", "B0015T963C"), (typed_asin, "0306406152", "0306406152"),
        (typed_day, "2020-02-29", date(2020, 2, 29)),
    ],
)  # fmt: skip
def test_what_is_typed_is_kept_in_one_form(check: Callable[[str], object], text: str, kept: object) -> None:
    assert check(text) == kept


@pytest.mark.parametrize(
    ("check", "text", "said"),
    [
        (typed_isbn, "978-2-07-036822-9", "its last digit does not fit"), (typed_isbn, "0306406153", "its last digit"),
        (typed_isbn, "978-2-07-036822", "10 or 13 digits"), (typed_isbn, "1234567890123", "10 or 13 digits"),
        (typed_isbn, "9782070368228 9782070368228", "10 or 13 digits"),
        (typed_isbn, "٩782070368228", "10 or 13 digits"),
        (typed_asin, "B0015T963", "ten letters and digits"), (typed_asin, "B0015T963É", "ten letters and digits"),
        (typed_day, "2021-02-29", "A day is expected"), (typed_day, "0000-01-01", "A day is expected"),
        (typed_day, "2021", "A day is expected"), (typed_day, "20210504", "A day is expected"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(check: Callable[[str], object], text: str, said: str) -> None:
    with pytest.raises(UnexpectedValue, match=said):
        check(text)
