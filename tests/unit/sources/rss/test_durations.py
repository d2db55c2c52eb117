from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.sources.rss.durations import parse_duration


@pytest.mark.parametrize(
    "text",
    ["1:02:03", "01:02:03", "62:03", "3723", "3723.4", "\n   1:02:03\n ", "01:02:03.5", "1h 2m 3s", "1h2m3s",
     "PT1H2M3S", "pt3723s", "1 hour 2 minutes 3 seconds", "1 hr, 2 min, 3 sec"],
)  # fmt: skip
def test_every_notation_is_read(text: str) -> None:
    assert parse_duration(text) == timedelta(hours=1, minutes=2, seconds=3)


def test_minutes_alone_are_read() -> None:
    assert parse_duration("62 min") == timedelta(minutes=62)


@pytest.mark.parametrize("text", ["", "  ", "0", "00:00", "0:00:00", "-5", "1:2:3:4", "long", "PT", "9" * 9, "h"])
def test_what_is_no_duration_is_none(text: str) -> None:
    assert parse_duration(text) is None


@given(st.text() | st.from_regex(r"[0-9:hms. ]{0,20}", fullmatch=True))
def test_any_text_gives_a_duration_or_none(text: str) -> None:
    duration = parse_duration(text)
    assert duration is None or timedelta(0) < duration <= timedelta(days=60)
