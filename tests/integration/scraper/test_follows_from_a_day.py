"""Follows that take what appeared on a day or later."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ohdio_core.collection.follows import FollowWishes
from ohdio_core.domain.following import FollowBounds, Keeping
from tests.integration.scraper.following import PATH, Following, episode
from tests.unit.sources.rss.documents import rss


@pytest.fixture
def listed(following: Following) -> Following:
    """Four dated episodes, and one of which nobody knows when it appeared."""
    undated = re.sub("<pubDate>.*</pubDate>", "", episode(28))
    following.origin.answer(PATH, rss(*map(episode, (4, 3, 2, 1)), undated))
    return following


def test_what_appeared_then_or_later_is_added_and_what_is_new(listed: Following) -> None:
    follow_id = listed.follow(FollowWishes(from_day=date(2022, 2, 3)))
    assert listed.queued() == ["Récit 4", "Récit 3"]
    listed.list_episodes(5, 4, 3, 2, 1)
    listed.check(follow_id)
    assert listed.queued() == ["Récit 4", "Récit 3", "Récit 5"]


def test_so_many_at_a_time(listed: Following) -> None:
    follow_id = listed.follow(FollowWishes(from_day=date(2022, 2, 2), bounds=FollowBounds(most_per_check=2)))
    assert listed.queued() == ["Récit 4", "Récit 3"]
    listed.check(follow_id)
    assert listed.queued() == ["Récit 4", "Récit 3", "Récit 2"]


def test_no_more_than_it_keeps(listed: Following) -> None:
    listed.follow(FollowWishes(from_day=date(2022, 2, 2), keeping=Keeping(newest=2)))
    assert listed.queued() == ["Récit 4", "Récit 3"]


def test_less_than_it_keeps(listed: Following) -> None:
    listed.follow(FollowWishes(from_day=date(2022, 2, 4), keeping=Keeping(newest=3)))
    assert listed.queued() == ["Récit 4"]
