"""Numbers with decimals on the command line, as the API and the pages take them."""

from __future__ import annotations

import pytest

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.number import number_between


@pytest.mark.parametrize(
    ("text", "number"), [("0.5", 0.5), ("0,5", 0.5), (".5", 0.5), ("50", 50), (2, 2), ("0.001", 0.001)], ids=str
)
def test_are_read(text: str | float, number: float) -> None:
    assert number_between(0.001, 1_000_000)(text) == number


@pytest.mark.parametrize("text", ["0", "-1", "1_000", "1e3", "inf", "nan", "much", "1000001", "", "\u0663"], ids=ascii)
def test_others_are_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(BadArgument, match=r"is not a number from 0\.001 to 1000000"):
        number_between(0.001, 1_000_000)(text)
