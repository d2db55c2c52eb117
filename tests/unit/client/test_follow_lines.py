"""What `ohdio follows` says of what is followed and cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ohdio_client.api.follows import FollowRoutes
from ohdio_client.cli.follow_lines import follow_line, state_of
from ohdio_client.cli.held_follow import show_held
from ohdio_core.schemas.follows import FollowView


def follow(**facts: Any) -> FollowView:
    soon = datetime.now(UTC) + timedelta(minutes=15, seconds=9)
    known = {"id": 7, "title": "Le phare", "status": "waiting", "next_check_at": soon, "is_held": False}
    return cast("FollowView", SimpleNamespace(**{**known, "error": "It is away.", "error_message": None, **facts}))


def test_what_is_wrong_is_a_clause_among_others() -> None:
    assert state_of(follow()) == "tried again in 15 min; It is away"


def test_a_line_has_one_stop() -> None:
    assert follow_line(follow()) == "Followed: Le phare (tried again in 15 min; It is away)."
    assert follow_line(follow(error=None)) == "Followed: Le phare (checked again in 15 min)."


def test_a_held_one_says_why_it_is_not_compared() -> None:
    assert state_of(follow(is_held=True)) == "held: `ohdio follows 7 --held` shows what of it is had; It is away"


def test_a_listing_that_cannot_be_read_is_not_said_to_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    held = SimpleNamespace(step="listing", error="It is away.", error_message=None)
    routes = cast("FollowRoutes", SimpleNamespace(held=lambda _: held))
    show_held(routes, follow(is_held=True), as_json=False)
    said = capsys.readouterr()
    assert said.err == "It is away.\n"
    assert said.out == "Le phare: it is tried again by itself, and by `ohdio follows 7 --check`.\n"
