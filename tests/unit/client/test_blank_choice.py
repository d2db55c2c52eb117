"""A blank word on the command line chooses nothing from a list: a script's variable may be empty."""

from __future__ import annotations

import pytest

from ohdio_client.cli.choice import one_of
from ohdio_client.cli.form import bit_rate, form
from ohdio_client.cli.queue import Sort, Status


@pytest.mark.parametrize("blank", ["", " ", "\u200b"], ids=ascii)
def test_is_none(blank: str) -> None:
    assert [read(blank) for read in (one_of(Status), one_of(Sort), form, bit_rate)] == [None] * 4
