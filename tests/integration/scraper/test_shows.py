"""Which books of a follow are filed as the episodes of a show, and what a follow lets go of among them."""

from __future__ import annotations

import pytest

from ohdio_core.collection.follows import FollowWishes, change_follow
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.following import Keeping, Take
from tests.integration.scraper.following import PATH, Following, episode
from tests.integration.scraper.test_retention import file_queued, take_away
from tests.unit.sources.rss.documents import rss


def shows(following: Following) -> list[str | None]:
    return [row.episode_of for row in following.engine.rows("SELECT episode_of FROM audiobooks ORDER BY title")]


@pytest.mark.parametrize(("as_show", "show"), [(None, "Le phare"), (True, "Le phare"), (False, None)])
def test_those_of_a_feed_are_unless_somebody_wants_it_otherwise(
    following: Following, as_show: bool | None, show: str | None
) -> None:
    following.list_episodes(2, 1)
    following.follow(FollowWishes(Take.EVERYTHING, as_show=as_show))
    assert shows(following) == [show, show]


def test_a_change_holds_for_what_is_added_from_then_on(following: Following) -> None:
    following.list_episodes(1)
    follow = following.follow(FollowWishes(Take.EVERYTHING, as_show=False))
    assert following.engine.order(change_follow, follow, {"as_show": True})
    following.list_episodes(2, 1)
    following.check(follow)
    assert shows(following) == [None, "Le phare"]


def test_a_show_that_is_called_otherwise_keeps_its_folder(following: Following) -> None:
    following.list_episodes(1)
    follow = following.follow(FollowWishes(Take.EVERYTHING))
    following.origin.answer(PATH, rss(episode(2), episode(1), channel="<title>Le phare (ancien)</title>"))
    following.check(follow)
    assert shows(following) == ["Le phare", "Le phare"]


def test_the_newest_stay_and_of_the_others_only_their_own_files_go(following: Following) -> None:
    following.list_episodes(3, 2, 1)
    follow = following.follow(FollowWishes(Take.EVERYTHING, keeping=Keeping(2, None)))
    file_queued(following, details_of=lambda title: BookDetails(title, episode_of="Le phare"))
    following.list_episodes(4, 3, 2, 1)
    following.check(follow)
    file_queued(following, details_of=lambda title: BookDetails(title, episode_of="Le phare"))
    take_away(following)
    assert sorted(path.name for path in (following.folder / "Le phare").glob("*.mp3")) == ["Récit 3.mp3", "Récit 4.mp3"]
    assert len(following.library.trash.folders()) == 1
