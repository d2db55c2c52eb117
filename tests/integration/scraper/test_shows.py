"""Which books of a follow are filed as the episodes of a show, and what a follow lets go of among them."""

from __future__ import annotations

import io

import pytest

from ohdio_core.collection import shows as filing
from ohdio_core.collection.follows import FollowWishes, change_follow
from ohdio_core.db.backup import restore, save
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.following import Keeping, Take
from tests.fixtures.engine import Engine, audit_moves, forget_moves
from tests.integration.scraper.following import PATH, Following, episode
from tests.integration.scraper.scanning import Scanning
from tests.integration.scraper.test_retention import file_queued, take_away
from tests.integration.sources.origin import Origin
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


class TestAScanOfAFollowedFeed:
    """Somebody collects the feed, whose follow has left what was there."""

    @pytest.mark.parametrize(("as_show", "show"), [(None, "Le phare"), (True, "Le phare"), (False, None)])
    def test_files_what_it_adds_as_the_follow_does(
        self, following: Following, scanning: Scanning, as_show: bool | None, show: str | None
    ) -> None:
        following.list_episodes(2, 1)
        follow = following.follow(FollowWishes(as_show=as_show))
        scanning.origin.answer(PATH, rss(*map(episode, (3, 2, 1)), channel="<title>Le phare (nouveau)</title>"))
        scanning.scan()
        assert shows(following) == [show] * 3
        following.list_episodes(4, 3, 2, 1)
        following.check(follow)
        assert following.queued()[-1] == "Récit 4"
        assert shows(following) == [show] * 4

    def test_leaves_what_is_known_as_it_is(self, following: Following, scanning: Scanning) -> None:
        scanning.origin.answer(PATH, rss(episode(1)))
        scanning.scan()
        following.list_episodes(2, 1)
        following.follow(FollowWishes())
        scanning.origin.answer(PATH, rss(*map(episode, (2, 1))))
        scanning.scan()
        assert shows(following) == [None, "Le phare"]

    def test_files_books_in_a_bucket(
        self, following: Following, scanning: Scanning, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        following.list_episodes(1)
        following.follow(FollowWishes())
        scanning.origin.answer(PATH, rss(episode(1)))
        monkeypatch.setattr(scanning.service.library, "folder", None)
        scanning.scan()
        assert shows(following) == [None]


class TestAScanOfAFollowedFeedThatIsElsewhere:
    """Somebody collects the feed at its new address, and its follow has left what was there."""

    PATH = "/ici/feed.xml"
    LINK = "https://podcasts.example/ici/feed.xml"

    def test_for_good_files_what_it_adds_as_the_follow_does(self, following: Following, scanning: Scanning) -> None:
        follow = following.follow(FollowWishes(), _listing(following.origin, PATH, 2, 1))
        _listing(following.origin, self.PATH, 2, 1)
        following.origin.answer(PATH, status=301, headers={"Location": self.LINK})
        following.check(follow)
        scanning.scan(url=_listing(scanning.origin, self.PATH, 9, 8, channel="<title>Le phare (nouveau)</title>"))
        assert shows(following) == ["Le phare"] * 2

    def test_though_nobody_is_led_there(self, following: Following, scanning: Scanning) -> None:
        moved = f"<title>Le phare</title><itunes:new-feed-url>{self.LINK}</itunes:new-feed-url>"
        following.follow(FollowWishes(), _listing(following.origin, PATH, 2, 1, channel=moved))
        scanning.scan(url=_listing(scanning.origin, self.PATH, 3, 2, 1))
        assert shows(following) == ["Le phare"] * 3

    @pytest.mark.parametrize(
        ("title", "days"), [("Le phare", (9, 8)), ("Le talus", (2, 1))], ids=["none of its episodes", "another name"]
    )
    def test_of_another_show_files_books(
        self, following: Following, scanning: Scanning, title: str, days: tuple[int, ...]
    ) -> None:
        following.follow(FollowWishes(), _listing(following.origin, PATH, 2, 1))
        scanning.scan(url=_listing(scanning.origin, self.PATH, *days, channel=f"<title>{title}</title>"))
        assert shows(following) == [None] * 2

    def test_of_what_is_no_show_files_books(self, following: Following, scanning: Scanning) -> None:
        following.follow(FollowWishes(as_show=False), _listing(following.origin, PATH, 2, 1))
        scanning.scan(url=_listing(scanning.origin, self.PATH, 3, 2, 1))
        assert shows(following) == [None] * 3


def _listing(origin: Origin, path: str, *days: int, channel: str = "<title>Le phare</title>") -> str:
    """Make a feed list an episode of each of these days; return its link."""
    origin.answer(path, rss(*map(episode, days), channel=channel))
    return f"https://podcasts.example{path}"


def test_a_show_that_is_called_otherwise_keeps_its_folder(following: Following) -> None:
    following.list_episodes(1)
    follow = following.follow(FollowWishes(Take.EVERYTHING))
    following.origin.answer(PATH, rss(episode(2), episode(1), channel="<title>Le phare (ancien)</title>"))
    following.check(follow)
    assert shows(following) == ["Le phare", "Le phare"]


def test_what_a_show_is_called_is_known_without_a_look_at_its_books(following: Following) -> None:
    following.list_episodes(1)
    follow = following.follow(FollowWishes(Take.EVERYTHING, as_show=False))
    following.engine.execute(
        "INSERT INTO audiobooks (url, source, external_id) "
        "SELECT 'https://stories.example/' || n, 'rss', 'many-' || n FROM generate_series(1, 3000) AS n"
    )
    following.engine.execute(
        "INSERT INTO followed_books (follow_id, external_id, audiobook_id) "
        "SELECT :id, external_id, id FROM audiobooks WHERE external_id LIKE 'many-%'",
        id=follow,
    )
    following.engine.execute("ANALYZE audiobooks, followed_books")
    some = list(following.engine.rows("SELECT id FROM audiobooks ORDER BY id DESC LIMIT 3"))
    parameters = {"id": follow, "ids": [row.id for row in some], "show": "Le phare"}
    plan = "\n".join(row[0] for row in following.engine.rows(f"EXPLAIN {filing._NOTE_SHOW}", **parameters))
    assert "Seq Scan on audiobooks" not in plan
    assert "followed_books" not in plan
    following.engine.order(lambda work: work.execute(filing._NOTE_SHOW, parameters))
    assert following.engine.value("SELECT count(*) FROM audiobooks WHERE episode_of = 'Le phare'") == 3


def test_are_known_in_a_restored_database(following: Following, empty_database_url: str) -> None:
    following.list_episodes(2, 1)
    follow = following.follow(FollowWishes(Take.EVERYTHING))
    file_queued(following, details_of=lambda title: BookDetails(title, episode_of="Le phare"))
    file = io.BytesIO()
    forget_moves(following.engine)  # a table of tests alone
    save(following.engine.url, file)
    audit_moves(following.engine)
    file.seek(0)
    restore(empty_database_url, file)
    engine = Engine(empty_database_url)
    restored = Following(engine, following.origin, following.service.http, following.folder)
    following.list_episodes(3, 2, 1)
    restored.check(follow)
    rows = engine.rows("SELECT title, status FROM queue_items JOIN audiobooks AS book ON book.id = audiobook_id")
    assert {row.title: row.status for row in rows} == {
        "Récit 1": "completed",
        "Récit 2": "completed",
        "Récit 3": "queued",
    }
    assert shows(restored) == ["Le phare"] * 3
    engine.database.close()


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
