from __future__ import annotations

from datetime import date

import pytest

from ohdio_core.sources.days import day_of


@pytest.mark.parametrize("text", ["2009-02-03", "2009-02-03T04:05:06Z", " 20090203", "2009-02-03 00:00:00"])
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert day_of(text) == date(2009, 2, 3)


@pytest.mark.parametrize("text", ["2009", "2009-02", "2009-02-30", "", "03/02/2009", "200902031", "2009-0203"])
def test_what_names_no_day_is_none(text: str) -> None:
    assert day_of(text) is None
