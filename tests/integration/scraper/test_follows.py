"""Following a listing: what is new there is added once, whatever becomes of it; the rest is left alone."""

from __future__ import annotations

from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from ohdio_core.collection import control
from ohdio_core.collection.follows import FollowWishes, change_follow, end_follow, pass_on_speed
from ohdio_core.collection.unwanted import mark_unwanted
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.filters import Filters
from ohdio_core.domain.following import FollowBounds, Take
from ohdio_core.work.outcome import Stopped
from tests.integration.scraper.following import FEEDS, PATH, Following, episode
from tests.integration.sources.origin import send
from tests.unit.sources.rss.documents import FEED, rss

EVERYTHING = FollowWishes(Take.EVERYTHING)
_NO_FEEDS_LINK = "https://podcasts.example/emission"


class TestWhatIsTaken:
    def test_only_what_appears_from_now_on(self, following: Following) -> None:
        following.list_episodes(3, 2, 1)
        follow = following.follow()
        assert following.queued() == []
        following.list_episodes(5, 4, 3, 2, 1)
        row = following.check(follow)
        assert following.queued() == ["Récit 5", "Récit 4"]
        assert (row.title, row.status, row.error) == ("Le phare", "queued", None)

    def test_everything(self, following: Following) -> None:
        following.list_episodes(3, 2, 1)
        follow = following.follow(EVERYTHING)
        assert following.queued() == ["Récit 3", "Récit 2", "Récit 1"]
        following.list_episodes(4, 3, 2, 1)
        following.check(follow)
        assert following.queued()[-1] == "Récit 4"

    def test_the_newest_of_what_was_there(self, following: Following) -> None:
        following.list_episodes(1, 2, 3, 4)
        follow = following.follow(FollowWishes(Take.NEWEST, newest=2))
        assert sorted(following.queued()) == ["Récit 3", "Récit 4"]
        following.list_episodes(1, 2, 3, 4, 5)
        following.check(follow)
        assert sorted(following.queued()) == ["Récit 3", "Récit 4", "Récit 5"]

    def test_only_what_the_filters_want(self, following: Following) -> None:
        following.list_episodes(3, 2, 1)
        following.follow(FollowWishes(Take.EVERYTHING, filters=Filters(title_exclude=("récit 2",))))
        assert following.queued() == ["Récit 3", "Récit 1"]

    def test_no_more_at_a_time_than_is_asked_for_and_the_rest_later(self, following: Following) -> None:
        following.list_episodes(3, 2, 1)
        follow = following.follow(FollowWishes(Take.EVERYTHING, bounds=FollowBounds(most_per_check=2)))
        assert following.queued() == ["Récit 3", "Récit 2"]
        following.check(follow)
        assert following.queued() == ["Récit 3", "Récit 2", "Récit 1"]

    def test_the_rest_later_also_where_it_stands_on_further_pages(self, following: Following) -> None:
        following.origin.answer(PATH, _paged("?p=2", 9, 8))
        following.origin.answer(f"{PATH}?p=2", rss(episode(7), episode(6)))
        follow = following.follow(FollowWishes(Take.EVERYTHING, bounds=FollowBounds(most_per_check=2)))
        assert following.queued() == ["Récit 9", "Récit 8"]
        following.check(follow)
        assert following.queued() == ["Récit 9", "Récit 8", "Récit 7", "Récit 6"]

    def test_of_the_newest_too(self, following: Following) -> None:
        following.list_episodes(4, 3, 2, 1)
        wishes = FollowWishes(Take.NEWEST, newest=3, bounds=FollowBounds(most_per_check=2))
        follow = following.follow(wishes)
        assert following.queued() == ["Récit 4", "Récit 3"]
        following.check(follow)
        assert following.queued() == ["Récit 4", "Récit 3", "Récit 2"]

    def test_no_more_bytes_on_all_pages_together(self, following: Following) -> None:
        following.origin.answer(PATH, _paged("?p=2", 9, 8))
        following.origin.answer(f"{PATH}?p=2", rss(episode(7), episode(6)))
        following.follow(FollowWishes(Take.EVERYTHING, bounds=FollowBounds(most_bytes=2_500_000)))
        assert following.queued() == ["Récit 9", "Récit 8", "Récit 7"]

    def test_no_more_bytes_than_are_asked_for(self, following: Following) -> None:
        following.origin.answer(PATH, rss(*(episode(day, size=600_000) for day in (3, 2, 1))))
        follow = following.follow(FollowWishes(Take.EVERYTHING, bounds=FollowBounds(most_bytes=1_000_000)))
        assert following.queued() == ["Récit 3", "Récit 2"]
        following.engine.execute("UPDATE audiobooks SET file_size = 600_000")
        following.check(follow)
        assert following.queued() == ["Récit 3", "Récit 2"]

    @pytest.mark.parametrize("newest", [None, 1])
    def test_also_what_appears_before_a_first_check_succeeds(self, following: Following, newest: int | None) -> None:
        following.origin.answer(PATH, status=503)
        follow = following.follow(FollowWishes(Take.NEW if newest is None else Take.NEWEST, newest=newest))
        _made_on(following, 2)
        following.list_episodes(4, 3, 2, 1)
        for _ in range(2):
            following.check(follow)
            of_before = [] if newest is None else ["Récit 2"]
            assert following.queued() == ["Récit 4", "Récit 3", *of_before]

    def test_before_a_first_check_succeeds_too_no_more_at_a_time_than_is_asked_for(self, following: Following) -> None:
        following.origin.answer(PATH, status=503)
        follow = following.follow(FollowWishes(bounds=FollowBounds(most_per_check=1)))
        _made_on(following, 2)
        following.origin.answer(PATH, _paged("?p=2", 4, 3))
        following.origin.answer(f"{PATH}?p=2", rss(episode(2), episode(1)))
        following.check(follow)
        assert following.queued() == ["Récit 4"]
        following.check(follow)
        following.check(follow)
        assert following.queued() == ["Récit 4", "Récit 3"]


class TestOnceEver:
    def test_a_book_whose_id_is_another_at_each_look(self, following: Following) -> None:
        follow = None
        for stamp in range(3):
            following.origin.answer(PATH, rss(*(episode(day, guid=f"{day}-{stamp}") for day in (2, 1))))
            if follow is None:
                follow = following.follow()
            else:
                following.check(follow)
        assert following.queued() == []

    def test_a_book_that_was_removed_stays_away(self, following: Following) -> None:
        following.list_episodes(2, 1)
        follow = following.follow(EVERYTHING)
        items = following.engine.rows("SELECT id, audiobook_id FROM queue_items ORDER BY id")
        following.engine.order(control.delete, [items[0].id])
        following.engine.order(mark_unwanted, [items[0].audiobook_id])
        following.list_episodes(3, 2, 1)
        following.check(follow)
        assert following.queued() == ["Récit 1", "Récit 3"]

    def test_a_book_that_was_taken_out_and_forgotten_stays_away(self, following: Following) -> None:
        following.list_episodes(2, 1)
        follow = following.follow(EVERYTHING)
        following.engine.execute("DELETE FROM queue_items")
        following.engine.execute("DELETE FROM audiobooks")
        following.list_episodes(3, 2, 1)
        following.check(follow)
        assert following.queued() == ["Récit 3"]

    def test_a_book_that_somebody_else_asked_for_is_left_as_it_is(self, following: Following) -> None:
        following.list_episodes(2, 1)
        first = following.follow(EVERYTHING)
        following.engine.order(end_follow, first)
        assert following.queued() == ["Récit 2", "Récit 1"]
        following.follow(EVERYTHING)
        assert following.queued() == ["Récit 2", "Récit 1"]

    def test_what_has_failed_is_tried_again_at_the_next_check(self, following: Following) -> None:
        following.list_episodes(2, 1)
        follow = following.follow(EVERYTHING)
        following.engine.execute("UPDATE queue_items SET status = 'failed'")
        following.check(follow)
        assert following.engine.value("SELECT count(*) FROM queue_items WHERE status = 'queued'") == 2

    def test_a_check_that_was_cut_off_has_added_nothing_twice(self, following: Following) -> None:
        following.list_episodes(2, 1)
        follow = following.follow()
        following.list_episodes(4, 3, 2, 1)
        dead = following.begin(follow)
        following.service.check(dead)
        following.engine.die(dead.claim)
        following.engine.sweep()
        following.check(follow)
        assert following.queued() == ["Récit 4", "Récit 3"]

    @pytest.mark.parametrize("way", ["a page that fails", "a worker that dies"])
    def test_what_a_check_that_was_cut_off_left_behind_is_added_by_the_next(
        self, following: Following, way: str
    ) -> None:
        following.list_episodes(2, 1)
        follow = following.follow()
        following.origin.answer(PATH, _paged("?p=2", 9, 8))
        following.origin.answer(f"{PATH}?p=2", status=500)
        if way == "a page that fails":
            following.check(follow)
        else:
            dead = following.begin(follow)
            following.service.check(dead)
            following.engine.die(dead.claim)
            following.engine.sweep()
        assert following.queued() == ["Récit 9", "Récit 8"]
        following.origin.answer(f"{PATH}?p=2", rss(episode(7), episode(2), episode(1)))
        following.check(follow)
        assert following.queued() == ["Récit 9", "Récit 8", "Récit 7"]

    def test_a_follow_that_is_ended_while_it_is_checked_adds_nothing(self, following: Following) -> None:
        following.list_episodes(1)
        follow = following.follow()

        def end_and_reply(handler: BaseHTTPRequestHandler) -> None:
            following.engine.order(end_follow, follow)
            send(handler, rss(episode(2), episode(1)))

        following.origin.answers[PATH] = end_and_reply
        with pytest.raises(Stopped):
            following.service.check(following.begin(follow))
        assert following.queued() == []


class TestCheap:
    def test_what_the_site_says_is_unchanged_is_not_read(self, following: Following) -> None:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            if handler.headers.get("If-None-Match") == '"one"':
                send(handler, status=304)
            else:
                send(handler, rss(episode(1)), headers={"ETag": '"one"'})

        following.origin.answers[PATH] = reply
        follow = following.follow()
        before = _rows(following)
        row = following.check(follow)
        assert [seen.headers.get("if-none-match") for seen in following.origin.requests] == [None, '"one"']
        assert _rows(following) == before
        assert row.error is None

    def test_what_has_not_changed_is_not_parsed_where_the_site_tells_nothing(self, following: Following) -> None:
        following.list_episodes(2, 1)
        follow = following.follow()
        before = _rows(following)
        following.check(follow)
        assert _rows(following) == before
        assert following.wait(follow) > 0.89 * FEEDS

    def test_reading_stops_at_the_first_page_that_is_known(self, following: Following) -> None:
        following.origin.answer(PATH, _paged("?p=2", 9, 8))
        following.origin.answer(f"{PATH}?p=2", _paged("?p=3", 7, 6))
        following.origin.answer(f"{PATH}?p=3", rss(episode(5)))
        follow = following.follow()
        assert len(following.origin.requests) == 3
        following.origin.requests.clear()
        following.origin.answer(PATH, _paged("?p=2", 10, 9))
        following.check(follow)
        assert [seen.path for seen in following.origin.requests] == [PATH, f"{PATH}?p=2"]
        assert following.queued() == ["Récit 10"]

    def test_a_page_that_never_changes_but_leads_to_a_feed_that_does_is_read_again(self, following: Following) -> None:
        feed = f"https://podcasts.example{PATH}"
        page = f'<html><head><link rel="alternate" type="application/rss+xml" href="{feed}"></head><body></body></html>'
        following.origin.answer("/emission", page.encode(), headers={"ETag": '"one"', "Content-Type": "text/html"})
        following.list_episodes(2, 1)
        follow = following.follow(url="https://podcasts.example/emission")
        following.list_episodes(3, 2, 1)
        following.check(follow)
        assert following.queued() == ["Récit 3"]

    def test_a_feed_whose_link_does_not_look_like_one_is_asked_once_a_check_and_known_again(
        self, following: Following
    ) -> None:
        _serve_with_validators(following, "/emission", 1)
        follow = following.follow(url=_NO_FEEDS_LINK)
        following.check(follow)
        assert [seen.headers.get("if-none-match") for seen in following.origin.requests] == [None, '"1"']
        assert 0.89 * FEEDS < following.wait(follow) < 1.11 * FEEDS
        _serve_with_validators(following, "/emission", 2)
        following.check(follow)
        assert (len(following.origin.requests), following.queued()) == (3, ["Récit 2"])

    def test_such_a_feed_that_moves_for_good_is_asked_where_it_is(self, following: Following) -> None:
        _serve_with_validators(following, "/emission", 1)
        follow = following.follow(url=_NO_FEEDS_LINK)
        following.origin.answer("/emission", status=301, headers={"Location": "https://podcasts.example/ailleurs"})
        _serve_with_validators(following, "/ailleurs", 2)
        assert following.check(follow).address == "https://podcasts.example/ailleurs"
        following.origin.requests.clear()
        following.check(follow)
        assert [seen.path for seen in following.origin.requests] == ["/ailleurs"]
        assert following.queued() == ["Récit 2"]

    def test_what_has_not_changed_writes_nothing_but_when_it_is_checked_again(self, following: Following) -> None:
        following.list_episodes(2, 1)
        follow = following.follow(EVERYTHING)
        before = _versions(following)
        following.check(follow)
        assert _versions(following) == before

    @pytest.mark.parametrize("every", [None, timedelta(hours=1)])
    def test_a_feed_that_says_how_long_it_may_be_kept_is_believed_also_when_it_has_not_changed(
        self, following: Following, every: timedelta | None
    ) -> None:
        following.origin.answer(PATH, rss(episode(1), channel="<title>Le phare</title><ttl>2880</ttl>"))
        follow = following.follow(FollowWishes(check_every=every))
        for _ in range(2):
            assert following.wait(follow) > 0.89 * timedelta(days=2)
            following.check(follow)

    @pytest.mark.parametrize("leads_to_it", [False, True])
    def test_a_feed_is_asked_as_often_as_feeds_are_whatever_its_link_looks_like(
        self, following: Following, leads_to_it: bool
    ) -> None:
        following.list_episodes(2, 1)
        url = "https://podcasts.example/emission"
        page = f'<html><head><link rel="alternate" type="application/rss+xml" href="{FEED}"></head><body></body></html>'
        body = page.encode() if leads_to_it else rss(episode(2), episode(1))
        following.origin.answer("/emission", body, headers={"Content-Type": "text/html"})
        follow = following.follow(url=url)
        assert 0.89 * FEEDS < following.wait(follow) < 1.11 * FEEDS


def _made_on(following: Following, day: int) -> None:
    """Make all follows have been made on that day, in the evening."""
    following.engine.execute(
        "UPDATE follows SET created_at = CAST(:day AS timestamptz)", day=f"2022-02-{day:02} 20:00Z"
    )


def _paged(following_page: str, *days: int) -> bytes:
    link = f'<atom:link rel="next" href="https://podcasts.example{PATH}{following_page}"/>'
    return rss(*map(episode, days), channel=f"<title>Le phare</title>{link}")


def _serve_with_validators(following: Following, path: str, episodes: int) -> None:
    """Serve a feed as a page of the web, by its number of episodes as the ETag."""
    tag = f'"{episodes}"'

    def reply(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get("If-None-Match") == tag:
            send(handler, status=304)
        else:
            body = rss(*(episode(day) for day in range(episodes, 0, -1)))
            send(handler, body, headers={"ETag": tag, "Content-Type": "text/html"})

    following.origin.answers[path] = reply


def _versions(following: Following) -> list[str]:
    """Return the version of every row that a check may write to, but for the follow's own."""
    tables = ("runs", "audiobooks", "book_signs", "followed_books", "queue_items", "extractions", "unwanted_books")
    counted = "coalesce(string_agg(row.xmin || ' ' || row.ctid, ',' ORDER BY row.ctid), '')"
    return [following.engine.value(f"SELECT {counted} FROM {table} AS row") for table in tables]


def _rows(following: Following) -> list[int]:
    """Return how many rows every table has that a check may write to."""
    tables = ("runs", "audiobooks", "book_signs", "followed_books", "scrapes", "follows", "hosts", "turns")
    return [following.engine.value(f"SELECT count(*) FROM {table}") for table in tables]


def slow_down(work: UnitOfWork, follow_id: int) -> bool:
    return change_follow(work, follow_id, {"speed_limit_kb": 800}) and pass_on_speed(work, follow_id)


def test_says_how_fast_its_books_come_until_somebody_says_it_of_one(following: Following) -> None:
    following.list_episodes(1, 2)
    follow_id = following.follow(FollowWishes(Take.EVERYTHING, speed_limit_kb=300))
    first, second = following.engine.rows("SELECT id, speed_limit_kb FROM queue_items ORDER BY id")
    assert (first.speed_limit_kb, second.speed_limit_kb) == (300, 300)
    following.engine.order(control.set_speed_limit, [first.id], 50)

    following.engine.order(slow_down, follow_id)
    following.list_episodes(1, 2, 3)
    following.check(follow_id)

    rows = following.engine.rows("SELECT speed_limit_kb FROM queue_items ORDER BY id")
    assert [row.speed_limit_kb for row in rows] == [50, 800, 800]


def test_a_speed_that_is_changed_while_a_check_runs_holds_for_what_it_adds(
    following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    following.list_episodes(1)
    follow_id = following.follow(FollowWishes(Take.EVERYTHING, speed_limit_kb=300))
    following.list_episodes(1, 2)
    require = following.service._require_library

    def change_and_require() -> None:
        following.engine.order(slow_down, follow_id)
        require()

    monkeypatch.setattr(following.service, "_require_library", change_and_require)
    following.check(follow_id)

    rows = following.engine.rows("SELECT speed_limit_kb FROM queue_items ORDER BY id")
    assert [row.speed_limit_kb for row in rows] == [800, 800]


def test_a_check_passes_on_a_speed_that_was_cut_off(following: Following) -> None:
    following.list_episodes(1, 2)
    follow_id = following.follow(FollowWishes(Take.EVERYTHING, speed_limit_kb=300))
    following.engine.order(change_follow, follow_id, {"speed_limit_kb": 800})

    following.check(follow_id)

    rows = following.engine.rows("SELECT speed_limit_kb FROM queue_items ORDER BY id")
    assert [row.speed_limit_kb for row in rows] == [800, 800]
    assert following.engine.value("SELECT speeds_before FROM follows") == []
