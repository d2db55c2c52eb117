from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.queue import (
    WorkStatus,
    explain_description_wait,
    explain_wait,
)
from ohdio_core.sentences import stored, text_of

SOME_TIME = datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC)


def _said(changes: dict[str, object]) -> dict[str, object]:
    return {
        name: stored(value, None) if isinstance(value, str) and name != "status" else value
        for name, value in changes.items()
    }


def explain(**changes: object) -> str:
    """Explain the wait of an item that is merely waiting for its turn, but for ``changes``."""
    facts: dict[str, object] = {
        "is_ready": True,
        "is_admitted": False,
        "recorded": None,
        "next_attempt_at": None,
        "site_closed_until": None,
        "site_closed_reason": None,
        "is_paused": False,
        "outside_hours": None,
        "has_workers": True,
        "description_wait": None,
    }
    said = explain_wait(**{**facts, **_said(changes)})  # type: ignore[arg-type] # each test changes what it is about
    return said.text


def explain_description(**changes: object) -> str | None:
    """Explain the wait of a description that is merely waiting for its turn, but for ``changes``."""
    facts: dict[str, object] = {
        "status": WorkStatus.QUEUED,
        "recorded": None,
        "next_attempt_at": None,
        "site_closed_until": None,
        "site_closed_reason": None,
        "has_workers": True,
        "is_held": False,
    }
    said = explain_description_wait(**{**facts, **_said(changes)})  # type: ignore[arg-type] # as above
    return text_of(said)


class TestExplainWait:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({}, "its turn has not come yet"),
            ({"recorded": "it was stopped"}, "it was stopped"),
            ({"is_admitted": True}, "about to start"),
            ({"is_admitted": True, "has_workers": False}, "no downloader is running"),
            ({"has_workers": False}, "no downloader is running"),
            ({"site_closed_until": SOME_TIME}, "its site asked us to wait"),
            ({"site_closed_until": SOME_TIME, "site_closed_reason": "too many errors"}, "too many errors"),
            ({"next_attempt_at": SOME_TIME}, "it is tried again later"),
            ({"next_attempt_at": SOME_TIME, "recorded": "the site answered 503"}, "the site answered 503"),
            ({"is_paused": True, "next_attempt_at": SOME_TIME}, "all downloads are paused"),
            ({"is_ready": False, "is_paused": True}, "its description is being read"),
            (
                {"is_ready": False, "description_wait": "its site is closed"},
                "its description waits: its site is closed",
            ),
            ({"description_wait": "it rains"}, "its turn has not come yet"),
        ],
    )
    def test_the_most_binding_reason_comes_first(self, changes: dict[str, object], reason: str) -> None:
        assert explain(**changes) == reason

    @given(
        is_ready=st.booleans(),
        is_admitted=st.booleans(),
        recorded=st.none() | st.just("") | st.text(min_size=1),
        next_attempt_at=st.none() | st.just(SOME_TIME),
        site_closed_until=st.none() | st.just(SOME_TIME),
        site_closed_reason=st.none() | st.just("") | st.text(min_size=1),
        is_paused=st.booleans(),
        has_workers=st.booleans(),
        description_wait=st.none() | st.just("") | st.text(min_size=1),
    )
    def test_a_wait_always_has_a_reason(self, **facts: object) -> None:
        assert explain(**facts)


class TestExplainDescriptionWait:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({}, "its turn has not come yet"),
            ({"recorded": "it was stopped"}, "it was stopped"),
            ({"has_workers": False}, "no metadata worker is running"),
            ({"status": WorkStatus.PROCESSING, "has_workers": False}, "no metadata worker is running"),
            ({"status": WorkStatus.PROCESSING}, None),
            ({"status": WorkStatus.PROCESSING, "is_held": True, "has_workers": False}, None),
            ({"status": WorkStatus.COMPLETED, "has_workers": False}, None),
            ({"site_closed_until": SOME_TIME, "has_workers": False}, "its site asked us to wait"),
            ({"site_closed_until": SOME_TIME, "site_closed_reason": "too many errors"}, "too many errors"),
            ({"next_attempt_at": SOME_TIME}, "it is tried again later"),
            ({"next_attempt_at": SOME_TIME, "recorded": "the site answered 503"}, "the site answered 503"),
        ],
    )
    def test_the_most_binding_reason_comes_first(self, changes: dict[str, object], reason: str | None) -> None:
        assert explain_description(**changes) == reason


def test_every_status_has_a_word_with_an_id() -> None:
    assert {status.said.id for status in WorkStatus} == {f"status.{status}" for status in WorkStatus}
