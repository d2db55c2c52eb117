from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.retry import backoff


class TestBackoff:
    @pytest.mark.parametrize(
        ("attempts", "shortest"), [(0, 2), (1, 2), (2, 4), (3, 8), (4, 16), (9, 512), (10, 900), (10_000, 900)]
    )
    def test_doubles_from_two_seconds_to_a_quarter_of_an_hour(self, attempts: int, shortest: int) -> None:
        assert timedelta(seconds=shortest) <= backoff(attempts) <= timedelta(seconds=shortest * 1.25)

    def test_what_failed_together_does_not_come_back_together(self) -> None:
        assert len({backoff(3) for _ in range(20)}) > 1

    @given(attempts=st.integers(0, 10_000), retry_after=st.timedeltas(timedelta(0), timedelta(days=3)))
    def test_is_never_shorter_than_what_the_site_asked_for(self, attempts: int, retry_after: timedelta) -> None:
        assert backoff(attempts, retry_after=retry_after) >= retry_after
