"""Speeds as people write them."""

from __future__ import annotations

import pytest

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.speed import ANY, speed, spoken


@pytest.mark.parametrize(
    ("text", "kilobytes"),
    [("500kB", 500), ("500", 500), ("2.5MB", 2500), ("2,5 Mo/s", 2500), ("1G", 1_000_000), ("any", ANY), ("None", ANY)],
)
def test_are_read(text: str, kilobytes: int) -> None:
    assert speed(text) == kilobytes


@pytest.mark.parametrize("text", ["fast", "0", "-1", "5 bytes", "9999999999G", ""])
def test_others_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadArgument, match="500kB"):
        speed(text)


def test_are_told() -> None:
    assert (spoken(2500), spoken(None)) == ("2,500 kB/s", "as fast as they come")
