"""What a follow keeps: exactly that stays, the rest goes to the trash, from where a person may put it back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from ohdio_core.collection import retention, trash
from ohdio_core.collection.follows import FollowWishes, pause_follow
from ohdio_core.collection.lease_lost import LeaseLost
from ohdio_core.collection.retention import Retention, spare
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.following import FollowBounds, Keeping, Take
from ohdio_core.domain.owner import OwnerId
from tests.integration.scraper.following import PATH, Following, episode
from tests.unit.sources.rss.documents import rss

EVERYTHING = FollowWishes(Take.EVERYTHING)
_OTHERS = ("processing", "paused", "failed")


class DiedBeforeItsCommit(BaseException):
    """As a process that is killed just then."""


def keeping(newest: int | None = None, days: int | None = None, most: int | None = None) -> FollowWishes:
    time = None if days is None else timedelta(days=days)
    return FollowWishes(Take.EVERYTHING, keeping=Keeping(newest, time), bounds=FollowBounds(most_per_check=most))


def _by_odile(title: str) -> BookDetails:
    return BookDetails(title, ("Odile",))


def file_queued(following: Following, details_of: Callable[[str], BookDetails] = _by_odile) -> None:
    """Put all that is queued into the library, as downloaders do; what is known of a book follows from its title."""
    engine = following.engine
    queued = engine.rows(
        "SELECT book.id, source, external_id, title FROM queue_items AS item "
        "JOIN audiobooks AS book ON book.id = item.audiobook_id WHERE library_path IS NULL ORDER BY item.id"
    )

    def file(row: Any) -> None:
        staged = following.folder.parent / f"staged-{uuid4()}"
        staged.mkdir()
        (staged / "01.mp3").write_bytes(b"sound")
        details = replace(details_of(row.title), parts=(Part(0, "0"),))
        folder = following.library.place(staged, details, OwnerId(f"{row.source}:{row.external_id}"))
        engine.execute(
            "UPDATE audiobooks SET library_path = :path, filed_at = now() WHERE id = :id", path=str(folder), id=row.id
        )

    with ThreadPoolExecutor(4) as downloaders:
        list(downloaders.map(file, queued))
    engine.execute("UPDATE extractions SET status = 'completed' WHERE status <> 'completed'")
    engine.execute(
        "UPDATE queue_items SET status = 'completed', stage = 'done', is_ready = true WHERE status <> 'completed'"
    )


def take_away(following: Following) -> None:
    Retention(following.library).take_away(following.engine.database)


def filed(following: Following) -> list[str]:
    """Return the titles of the books that are in the library, by their folders and by the database."""
    rows = following.engine.rows("SELECT title FROM audiobooks WHERE library_path IS NOT NULL ORDER BY id")
    titles = [row.title for row in rows]
    assert sorted(path.name for path in following.folder.glob("Odile/*")) == sorted(titles)
    return titles


def trashed(following: Following) -> list[tuple[str, str]]:
    rows = following.engine.rows("SELECT title, reason FROM trashed_books ORDER BY title")
    return [(row.title, row.reason) for row in rows]


def titles(days: Sequence[int]) -> list[str]:
    return [f"Récit {day}" for day in days]


@pytest.fixture
def kept_one(following: Following) -> Following:
    """Three books are filed, of which the follow keeps one, the third."""
    following.list_episodes(3, 2, 1)
    following.follow(EVERYTHING)
    file_queued(following)
    following.engine.execute("UPDATE follows SET keep_newest = 1")
    return following


class TestTheNewest:
    def test_stay_by_date_and_the_others_go_to_the_trash_with_the_follow_as_the_reason(
        self, following: Following
    ) -> None:
        following.list_episodes(1, 3, 2)
        follow = following.follow(keeping(2))
        assert sorted(following.queued()) == titles([2, 3])  # the third would be fetched to be let go
        file_queued(following)
        following.list_episodes(5, 1, 3, 2, 4)
        following.check(follow)
        take_away(following)
        assert sorted(filed(following)) == titles([2, 3])  # until the new ones have come
        file_queued(following)
        take_away(following)
        assert sorted(filed(following)) == titles([4, 5])
        said = "Le phare keeps the newest 2."
        assert trashed(following) == [("Récit 2", said), ("Récit 3", said)]
        (act,) = following.engine.rows("SELECT actor, way, act, about, items FROM acts")
        assert tuple(act) == (None, "follow", "follow_cleared", "Le phare", 2)

    def test_what_was_taken_away_stays_away(self, following: Following) -> None:
        following.list_episodes(2, 1)
        follow = following.follow(keeping(2))
        file_queued(following)
        following.engine.execute("UPDATE follows SET keep_newest = 1")
        take_away(following)
        for stamp in range(2):
            guids = (episode(day, guid=f"{day}-{stamp}") for day in (2, 1))
            following.origin.answer(PATH, rss(*guids))
            following.check(follow)
        assert following.queued() == filed(following) == titles([2])

    @pytest.mark.parametrize("most", [None, 2])
    def test_without_dates_stand_first_or_were_found_later(self, following: Following, most: int | None) -> None:
        list_undated(following, 4, 3, 2, 1)
        follow = following.follow(FollowWishes(Take.EVERYTHING, bounds=FollowBounds(most_per_check=most)))
        list_undated(following, 5, 4, 3, 2, 1, 6)  # of which the last was put at the end
        for _ in range(3):
            following.check(follow)
        file_queued(following)
        following.engine.execute("UPDATE follows SET keep_newest = 3")
        take_away(following)
        # What an earlier check had to leave cannot be told from what was put at the end since.
        assert sorted(filed(following)) == titles([4, 5, 6] if most is None else [3, 4, 5])


class TestDays:
    def test_are_counted_from_when_a_book_was_filed_and_pass_without_any_check(self, following: Following) -> None:
        following.list_episodes(3, 2, 1)
        following.follow(keeping(days=30))
        file_queued(following)
        following.engine.execute("UPDATE audiobooks SET filed_at = now() - interval '31 days' WHERE title = 'Récit 3'")
        following.engine.execute("UPDATE audiobooks SET filed_at = now() - interval '29 days' WHERE title = 'Récit 2'")
        take_away(following)
        assert filed(following) == titles([2, 1])
        assert trashed(following) == [("Récit 3", "Le phare keeps each for 30 days.")]


class TestStays:
    """Each of these would have gone, as the follow keeps one book, the third."""

    def test_what_somebody_has_scanned_or_asked_for_and_does_not_count(self, kept_one: Following) -> None:
        engine = kept_one.engine
        engine.execute("INSERT INTO scrapes (url, source, external_id, politeness_key) VALUES ('u', 'rss', 'u', 'k')")
        engine.execute(
            "INSERT INTO scrape_books (scrape_id, audiobook_id, is_new) "
            "SELECT scrapes.id, audiobooks.id, false FROM scrapes, audiobooks WHERE audiobooks.title = 'Récit 3'"
        )
        engine.order(spare, [engine.value("SELECT id FROM audiobooks WHERE title = 'Récit 1'")])
        take_away(kept_one)
        assert filed(kept_one) == titles([3, 2, 1])

    def test_what_somebody_asks_for_at_that_moment(self, kept_one: Following) -> None:
        book = kept_one.engine.value("SELECT id FROM audiobooks WHERE title = 'Récit 2'")
        Retention(kept_one.library).take_away(
            kept_one.engine.database, check=lambda: kept_one.engine.order(spare, [book])
        )
        assert filed(kept_one) == titles([3, 2])

    def test_what_another_follow_wants_too(self, kept_one: Following) -> None:
        kept_one.engine.execute(
            "INSERT INTO follows (url, source, external_id, politeness_key, take) "
            "SELECT 'another', source, 'another', politeness_key, take FROM follows"
        )
        kept_one.engine.execute(
            "INSERT INTO followed_books (follow_id, external_id, newness) "
            "SELECT follow.id, book.external_id, CASE WHEN book.title = 'Récit 2' THEN 1 END "
            "FROM follows AS follow, audiobooks AS book WHERE follow.url = 'another'"
        )
        take_away(kept_one)
        assert filed(kept_one) == titles([3, 2])

    def test_what_somebody_is_in_the_middle_of_until_it_is_heard(self, kept_one: Following) -> None:
        kept_one.engine.execute("UPDATE audiobooks SET duration_seconds = 600")
        kept_one.engine.execute(
            "INSERT INTO positions (listener_id, source, external_id, seconds, revision) "
            "SELECT 1, source, external_id, CASE WHEN title = 'Récit 2' THEN 100 ELSE 0 END, 1 FROM audiobooks"
        )
        take_away(kept_one)
        assert filed(kept_one) == titles([3, 2])
        kept_one.engine.execute("UPDATE positions SET seconds = 590 WHERE seconds > 0")
        take_away(kept_one)
        assert filed(kept_one) == titles([3])

    @pytest.mark.parametrize(
        "status",
        ["queued", *(pytest.param(each, marks=pytest.mark.full) for each in ("processing", "paused", "failed"))],
    )
    def test_what_runs_or_waits(self, kept_one: Following, status: str) -> None:
        for move in dict.fromkeys(("queued", status)):
            kept_one.engine.execute(
                "UPDATE queue_items SET status = :status FROM audiobooks AS book "
                "WHERE book.id = audiobook_id AND title = 'Récit 2'",
                status=move,
            )
        take_away(kept_one)
        assert filed(kept_one) == titles([3, 2])

    @pytest.mark.parametrize("is_paused", [True, pytest.param(False, marks=pytest.mark.full)])
    def test_all_while_it_is_paused_or_once_it_has_ended(self, kept_one: Following, is_paused: bool) -> None:
        if is_paused:
            kept_one.engine.order(pause_follow, kept_one.engine.value("SELECT id FROM follows"))
        else:
            kept_one.engine.execute("UPDATE follows SET status = 'failed'")
        take_away(kept_one)
        assert filed(kept_one) == titles([3, 2, 1])

    def test_all_where_many_books_are_missing(self, kept_one: Following) -> None:
        kept_one.list_episodes(9, 8, 7, 3, 2, 1)
        kept_one.check(kept_one.engine.value("SELECT id FROM follows"))
        file_queued(kept_one)
        for day in (7, 8, 9):
            shutil.rmtree(kept_one.folder / "Odile" / f"Récit {day}")
        take_away(kept_one)
        assert trashed(kept_one) == []

    def test_what_a_person_has_moved_and_the_others_go_all_the_same(self, kept_one: Following) -> None:
        moved = kept_one.folder / "Moved"
        (kept_one.folder / "Odile" / "Récit 2").rename(moved)
        take_away(kept_one)
        assert [title for title, _ in trashed(kept_one)] == ["Récit 1"]
        assert (moved / "01.mp3").exists()

    def test_what_a_person_has_put_back(self, kept_one: Following) -> None:
        take_away(kept_one)
        book = kept_one.engine.value("SELECT audiobook_id FROM trashed_books WHERE title = 'Récit 2'")
        assert kept_one.engine.order(trash.restore, kept_one.library, book).books == 1
        take_away(kept_one)
        assert sorted(filed(kept_one)) == titles([2, 3])

    def test_what_a_process_had_moved_that_died_just_then(
        self, kept_one: Following, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def die(*_: object) -> None:
            raise DiedBeforeItsCommit

        monkeypatch.setattr(retention, "keep_record", die)
        with pytest.raises(DiedBeforeItsCommit):
            take_away(kept_one)
        monkeypatch.undo()
        assert kept_one.engine.value("SELECT count(*) FROM audiobooks WHERE library_path IS NOT NULL") == 3
        assert len(list(kept_one.folder.glob("Odile/*"))) == 2

        take_away(kept_one)

        assert filed(kept_one) == titles([3])
        assert [title for title, _ in trashed(kept_one)] == titles([1, 2])
        assert kept_one.engine.value("SELECT sum(items) FROM acts") == 2
        for book in kept_one.engine.rows("SELECT audiobook_id FROM trashed_books"):
            assert kept_one.engine.order(trash.restore, kept_one.library, book.audiobook_id).books == 1
        assert sorted(filed(kept_one)) == titles([1, 2, 3])

    def test_nothing_twice_though_two_are_at_it(self, kept_one: Following) -> None:
        with ThreadPoolExecutor(2) as both:
            list(both.map(take_away, [kept_one, kept_one]))
        assert filed(kept_one) == titles([3])
        assert kept_one.engine.value("SELECT sum(items) FROM acts") == 2


def test_a_long_follow_is_read_once_for_many_books(following: Following, monkeypatch: pytest.MonkeyPatch) -> None:
    following.list_episodes(1)
    follow = following.follow(keeping(1000))
    following.engine.execute(
        "INSERT INTO audiobooks (url, source, external_id, library_path, filed_at) "
        "SELECT 'https://phare.example/' || i, 'rss', 'many-' || i, 'A/' || i, now() FROM generate_series(1, 2000) i"
    )
    following.engine.execute(
        "INSERT INTO followed_books (follow_id, external_id, audiobook_id, newness) "
        "SELECT :follow, external_id, id, id FROM audiobooks WHERE external_id LIKE 'many-%'",
        follow=follow,
    )
    following.engine.execute("ANALYZE audiobooks, followed_books")
    monkeypatch.setattr(retention, "look_for_latest", lambda *_: SimpleNamespace(is_library_doubtful=False))
    blocks: list[int] = []

    def look(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM follows" not in statement:
            return
        with connection.connection.cursor() as explaining:
            explaining.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
            (((explained,),),) = explaining.fetchall()
        blocks.append(explained["Plan"]["Shared Hit Blocks"] + explained["Plan"]["Shared Read Blocks"])

    listening = (following.engine.database.engine, "before_cursor_execute", look)
    event.listen(*listening)
    take_away(following)
    event.remove(*listening)
    whole, *each = blocks
    assert len(each) == 20
    assert sum(each) < whole


class TestTheHistory:
    def test_tells_what_went_though_the_first_of_it_did_not(
        self, kept_one: Following, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        note = Retention._note

        def note_and_fail(retention: Retention, work: UnitOfWork, row: Any) -> None:
            note(retention, work, row)
            monkeypatch.undo()
            raise OperationalError("", {}, DeadlockDetected())

        monkeypatch.setattr(Retention, "_note", note_and_fail)
        take_away(kept_one)
        assert [title for title, _ in trashed(kept_one)] == ["Récit 2"]
        assert cleared(kept_one) == [1]

    def test_begins_anew_where_somebody_else_may_have_gone_on(self, kept_one: Following) -> None:
        keeper, checks = Retention(kept_one.library), iter((True, False))

        def check() -> None:
            if not next(checks, True):
                raise LeaseLost

        with pytest.raises(LeaseLost):
            keeper.take_away(kept_one.engine.database, check)
        keeper.take_away(kept_one.engine.database, check)
        assert cleared(kept_one) == [1, 1]


def cleared(following: Following) -> list[int]:
    """Return how many books each entry of the history tells of that a follow let go of."""
    return [row.items for row in following.engine.rows("SELECT items FROM acts ORDER BY id")]


def list_undated(following: Following, *days: int) -> None:
    following.origin.answer(PATH, rss(*(_undated(episode(day)) for day in days)))


def _undated(item: str) -> str:
    before, _, rest = item.partition("<pubDate>")
    return before + rest.partition("</pubDate>")[2]
