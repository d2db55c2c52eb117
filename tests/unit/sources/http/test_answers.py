from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.errors import (
    Blocked,
    GoneForGood,
    NotFound,
    OhdioError,
    PermanentError,
    SiteFailed,
    Throttled,
    TransientError,
)
from ohdio_core.sources.http import error_for_status, parse_retry_after

NOW = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)


class TestErrorForStatus:
    @pytest.mark.parametrize("status", [200, 204, 206])
    def test_a_success_is_no_error(self, status: int) -> None:
        assert error_for_status(status, "books.example") is None

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (400, PermanentError),
            (401, PermanentError),
            (403, Blocked),
            (404, NotFound),
            (405, PermanentError),
            (408, TransientError),
            (410, GoneForGood),
            (416, PermanentError),
            (425, TransientError),
            (429, Throttled),
            (451, PermanentError),
            (500, SiteFailed),
            (502, SiteFailed),
            (503, SiteFailed),
            (522, SiteFailed),
            (304, PermanentError),
        ],
    )
    def test_each_status_has_its_kind(self, status: int, expected: type[OhdioError]) -> None:
        error = error_for_status(status, "books.example")
        assert type(error) is expected
        assert f"books.example answered {status}" in str(error)

    def test_a_redirect_without_an_address_is_called_that(self) -> None:
        said = "books.example answered 302 Found: it redirects, and does not say where to."
        assert str(error_for_status(302, "books.example")) == said
        assert "redirects" not in str(error_for_status(304, "books.example"))

    def test_a_refusal_names_what_a_person_can_set(self) -> None:
        assert "OHDIO_USER_AGENT" in str(error_for_status(403, "books.example"))
        assert "OHDIO_USER_AGENT" not in str(error_for_status(404, "books.example"))

    def test_what_the_site_asked_for_is_kept(self) -> None:
        error = error_for_status(503, "books.example", timedelta(seconds=9))
        assert isinstance(error, TransientError)
        assert error.retry_after == timedelta(seconds=9)


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("120", timedelta(minutes=2)),
            (" 0 ", timedelta(0)),
            ("Mon, 04 May 2026 12:00:30 GMT", timedelta(seconds=30)),
            ("Mon, 04 May 2026 12:00:30 -0000", timedelta(seconds=30)),
            ("Mon, 04 May 2026 11:00:00 GMT", timedelta(0)),
            ("9999999", timedelta(hours=24)),
            ("9" * 400, timedelta(hours=24)),
            ("Mon, 04 May 2037 12:00:00 GMT", timedelta(hours=24)),
            (None, None),
            ("", None),
            ("soon", None),
            ("-5", None),
            ("1.5", None),
        ],
    )
    def test_both_forms_are_read_within_a_day(self, value: str | None, expected: timedelta | None) -> None:
        assert parse_retry_after(value, NOW) == expected

    @given(st.text())
    def test_any_text_gives_a_wait_or_none(self, value: str) -> None:
        wait = parse_retry_after(value, NOW)
        assert wait is None or timedelta(0) <= wait <= timedelta(hours=24)
