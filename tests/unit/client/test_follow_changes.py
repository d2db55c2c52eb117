"""What `ohdio follows` says of each thing that it was told to change."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from ohdio_client.cli.follow_changes import said_of_order
from ohdio_core.schemas.follows import FollowChange, FollowView
from ohdio_core.translations import Translation

_FOLLOW = cast("FollowView", SimpleNamespace(title="Le phare", url="https://podcasts.example/phare/feed.xml"))
_CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"keep_newest": 10}, "It keeps the newest 10 of what it has added; the others go to the trash."),
    ({"keep_days": 30}, "What it has added goes to the trash after so many days: 30."),
    ({"keep_newest": None, "keep_days": None}, "It keeps all that it has added."),
    ({"form": "original"}, "Its books are filed in their parts, as its site has them."),
    ({"form": "m4b-64k"}, "Its books are filed as M4B, 64 kbit/s."),
    ({"as_show": True}, "What it adds is filed as the episodes of a show."),
    ({"as_show": False}, "What it adds is filed in folders of their own."),
    ({"speed_limit_kb": 500}, "Each of its books comes no faster than 500 kB/s."),
    ({"speed_limit_kb": None}, "Its books come as fast as they can."),
    ({"most_per_check": 5}, "Each check adds at most so many books: 5."),
    ({"most_per_check": None}, "Each check adds all that is new."),
    ({"most_gigabytes": 20.0}, "It adds nothing more once its books have 20 GB."),
    ({"most_gigabytes": None}, "It adds books however many GB they have."),
    ({"check_every_hours": 6.0}, "It is checked every 6 h."),
    ({"check_every_hours": None}, "It is checked as often as the settings say."),
    ({"priority": 70}, "What it adds has the priority 70."),
    ({"priority": 5}, "What it adds has the usual priority."),
    ({"url": "https://podcasts.example/other"}, "It is asked where its new link leads."),
    (
        {"most_per_check": 5, "priority": 70},
        "Each check adds at most so many books: 5. What it adds has the priority 70.",
    ),
]


@pytest.mark.parametrize(
    ("change", "said"), _CHANGES, ids=[" ".join(map(str, change)) + str(n) for n, (change, _) in enumerate(_CHANGES)]
)
def test_each_change_is_answered_by_a_sentence_in_both_languages(change: dict[str, Any], said: str) -> None:
    answer = said_of_order("keep", _FOLLOW, change)
    assert answer.text == f"Changed: Le phare. {said}"
    french = Translation("fr").translated(answer)
    assert french.startswith("Changé\N{NO-BREAK SPACE}: Le phare. ")
    assert said not in french


def test_everything_that_can_be_changed_by_the_command_has_one() -> None:
    changeable = {name for change, _ in _CHANGES for name in change}
    assert changeable == set(FollowChange.model_fields) - {"filters"}


@pytest.mark.parametrize(
    ("change", "said"),
    [({"most_gigabytes": 1.5}, "1,5\N{NO-BREAK SPACE}Go"), ({"check_every_hours": 0.5}, "0,5\N{NO-BREAK SPACE}h")],
)
def test_a_part_of_a_number_stands_behind_a_comma_in_french(change: dict[str, Any], said: str) -> None:
    assert said in Translation("fr").translated(said_of_order("keep", _FOLLOW, change))
