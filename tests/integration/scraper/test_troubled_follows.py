"""Following a listing that moves, fails or is gone, into a library that is not there, or by a mistake of ours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ohdio_core.collection.follows import FollowWishes, check_now, pause_follow, resume_follow
from ohdio_core.domain.following import Take
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library.folder import FolderLibrary
from tests.integration.scraper.following import PATH, Following, episode
from tests.unit.sources.rss.documents import rss

EVERYTHING = FollowWishes(Take.EVERYTHING)


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(following: Following) -> None:
    following.list_episodes(1)
    follow = following.follow()
    following.origin.answer(PATH, status=301, headers={"Location": "https://podcasts.example/neuf.xml"})
    following.origin.answer("/neuf.xml", rss(episode(2), episode(1)))
    row = following.check(follow)
    assert row.address == "https://podcasts.example/neuf.xml"
    assert following.queued() == ["Récit 2"]
    following.origin.requests.clear()
    following.origin.answer("/neuf.xml", rss(episode(3), episode(2), episode(1)))
    following.check(follow)
    assert [seen.path for seen in following.origin.requests] == ["/neuf.xml"]
    assert following.queued() == ["Récit 2", "Récit 3"]


def test_a_feed_that_is_elsewhere_for_now_is_asked_where_it_was(following: Following) -> None:
    following.list_episodes(1)
    follow = following.follow()
    following.origin.answer(PATH, status=302, headers={"Location": "https://podcasts.example/neuf.xml"})
    following.origin.answer("/neuf.xml", rss(episode(2), episode(1)))
    assert following.check(follow).address is None


@pytest.mark.parametrize("fault", [404, 410, 500, "no feed"])
def test_a_move_that_was_a_mistake_is_taken_back(following: Following, fault: int | str) -> None:
    follow = _moved_by_mistake(following)
    if isinstance(fault, int):
        following.origin.answer("/neuf.xml", status=fault)
    else:
        following.origin.answer("/neuf.xml", b"<html><body>Bonjour</body></html>")
    following.list_episodes(3, 2, 1)
    row = following.check(follow)
    assert (row.status, row.error is None) == ("queued", False)
    row = following.check(follow)
    assert (row.status, row.error, row.address) == ("queued", None, None)
    assert following.queued() == ["Récit 2", "Récit 3"]


def test_a_feed_that_moved_and_is_gone_there_and_where_it_was_ends_its_follow(following: Following) -> None:
    follow = _moved_by_mistake(following)
    following.origin.answer("/neuf.xml", status=410)
    assert following.check(follow).status == "queued"
    assert following.check(follow).status == "failed"


def test_a_feed_that_moved_and_fails_for_a_while_is_asked_where_it_is_though_its_own_link_is_dead(
    following: Following,
) -> None:
    follow = _moved_by_mistake(following)
    following.origin.answer(PATH, status=404)
    following.origin.answer("/neuf.xml", status=500)
    assert "500" in following.check(follow).error
    following.origin.answer("/neuf.xml", rss(episode(3), episode(2), episode(1)))
    assert "404" in following.check(follow).error
    row = following.check(follow)
    assert (row.error, row.address) == (None, "https://podcasts.example/neuf.xml")
    assert following.queued() == ["Récit 2", "Récit 3"]


def test_what_nobody_foresaw_is_shown_and_tried_ever_less_and_ends_no_follow(following: Following) -> None:
    following.list_episodes(1)
    follow = following.follow()
    following.list_episodes(2, 1)
    following.engine.execute("ALTER TABLE followed_books ADD CONSTRAINT refuses CHECK (follow_id = 0) NOT VALID")
    waits = []
    for times in range(1, 8):
        row = following.check(follow)
        assert (row.status, row.attempts, row.setbacks) == ("queued", 0, times)
        assert row.error.startswith("The database refused")
        waits.append(following.wait(follow))
    assert waits[0] < timedelta(minutes=20)
    assert waits[-1] > timedelta(hours=12)
    following.engine.execute("ALTER TABLE followed_books DROP CONSTRAINT refuses")
    row = following.check(follow)
    assert (row.error, row.setbacks) == (None, 0)
    assert following.queued() == ["Récit 2"]


def test_a_feed_that_is_gone_for_good_ends_its_follow(following: Following) -> None:
    following.list_episodes(1)
    follow = following.follow()
    following.origin.answer(PATH, status=410)
    row = following.check(follow)
    assert (row.status, row.next_attempt_at) == ("failed", None)
    assert row.error == "podcasts.example answered 410 Gone: it does not exist (any more)."
    following.list_episodes(2, 1)
    assert following.engine.order(check_now, follow)
    assert following.check(follow).status == "queued"
    assert following.queued() == ["Récit 2"]


def test_one_that_is_gone_is_checked_anew_when_it_is_followed_again(following: Following) -> None:
    following.list_episodes(1)
    follow = following.follow()
    following.origin.answer(PATH, status=410)
    assert following.check(follow).status == "failed"
    following.list_episodes(2, 1)
    assert following.follow() == follow
    assert following.queued() == ["Récit 2"]


@pytest.mark.parametrize("status", [404, 500, 403])
def test_a_feed_that_fails_is_asked_ever_less_and_never_given_up(following: Following, status: int) -> None:
    following.list_episodes(1)
    follow = following.follow()
    following.origin.answer(PATH, status=status)
    waits = []
    for _ in range(12):
        row = following.check(follow)
        assert row.status == "queued"
        assert str(status) in row.error
        waits.append(following.wait(follow))
    assert waits[0] < timedelta(minutes=20)
    assert waits[5] > waits[2] > waits[0]
    assert timedelta(days=6) < waits[-1] < timedelta(days=8)
    following.list_episodes(2, 1)
    row = following.check(follow)
    assert (row.error, row.setbacks) == (None, 0)
    assert following.queued() == ["Récit 2"]


def test_into_a_library_that_is_not_there_nothing_is_added(following: Following) -> None:
    following.list_episodes(4, 3, 2, 1)
    follow = following.follow(EVERYTHING)
    following.engine.execute("UPDATE audiobooks SET library_path = 'Somebody/' || title")
    following.list_episodes(5, 4, 3, 2, 1)
    row = following.check(follow)
    assert row.error.startswith("4 of the last 4 books are missing from the library")
    assert "Récit 5" not in following.queued()


def test_a_slow_disk_keeps_nobody_from_the_follow(following: Following) -> None:
    following.list_episodes(1)
    follow = following.follow(EVERYTHING)
    following.engine.execute("UPDATE audiobooks SET library_path = 'Somebody/' || title")
    following.service.library = library = BusyDisk(following)
    following.list_episodes(2, 1)
    following.check(follow)
    assert [path for path, _ in library.looked_for] == ["Somebody/Récit 1"]
    assert following.queued() == ["Récit 1", "Récit 2"]


def test_one_that_is_paused_is_left_alone_until_it_is_resumed(following: Following) -> None:
    following.list_episodes(1)
    follow = following.follow()
    following.engine.order(pause_follow, follow)
    assert following.engine.status(follow) == "paused"
    assert not following.engine.order(check_now, follow)
    following.engine.order(resume_follow, follow)
    assert following.engine.status(follow) == "queued"


class BusyDisk(FolderLibrary):
    """A library in which all books are, and that somebody changes the follow meanwhile."""

    def __init__(self, following: Following) -> None:
        super().__init__(following.folder)
        self._engine = following.engine
        self.looked_for: list[tuple[str, OwnerId]] = []

    def may_hold(self, library_path: str, owner_id: OwnerId) -> bool:
        self.looked_for.append((library_path, owner_id))
        self._engine.execute("SELECT id FROM follows FOR UPDATE NOWAIT")
        return True


def _moved_by_mistake(following: Following) -> int:
    """Return a follow of a feed whose site has said once that it is elsewhere."""
    following.list_episodes(1)
    follow = following.follow()
    following.origin.answer(PATH, status=301, headers={"Location": "https://podcasts.example/neuf.xml"})
    following.origin.answer("/neuf.xml", rss(episode(2), episode(1)))
    assert following.check(follow).address == "https://podcasts.example/neuf.xml"
    return follow
