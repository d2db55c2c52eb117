"""Follows that are held: what is listed is compared with a folder, and nothing is fetched before that is confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from mutagen.id3 import ID3, TALB, TIT2, TPE1

from ohdio_core.collection import held_follows
from ohdio_core.collection.details import decode_details
from ohdio_core.collection.folder_imports import begin_import, end_import, shown_import
from ohdio_core.collection.follows import FollowWishes, end_follow, retry_failed
from ohdio_core.collection.held_follows import compare, confirm, settle
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.following import FollowBounds, Take
from ohdio_core.work.outcome import Stopped
from ohdio_downloader.importer import Importer
from ohdio_metadata.record import record
from tests.integration.scraper.following import PATH, Following
from tests.sites.audio import AudioFactory
from tests.unit.sources.rss.documents import FEED, rss

DAYS = (4, 3, 2, 1)


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> AudioFactory:
    return AudioFactory(tmp_path_factory.mktemp("held"))


class Held:
    """A feed of four episodes, a held follow of it, and a folder that has some of them."""

    def __init__(self, following: Following, sounds: AudioFactory, tmp_path: Path) -> None:
        self.following, self.engine = following, following.engine
        self.sounds = sounds
        self.folder = tmp_path / "had"
        (tmp_path / "work").mkdir()
        self.importer = Importer(self.engine.database, following.library, tmp_path / "work", keep_free=lambda: 0)
        following.origin.answer(PATH, rss(*map(episode, DAYS)))

    def put(self, place: str, *, seconds: int = 3, tags: Mapping[str, str] = MappingProxyType({})) -> None:
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.sounds.mp3(f"held-{seconds}", seconds))
        written = ID3()  # type: ignore[no-untyped-call]
        for name, frame in {"album": TALB, "title": TIT2, "artist": TPE1}.items():
            if name in tags:
                written.add(frame(encoding=3, text=[tags[name]]))  # type: ignore[no-untyped-call]
        written.save(path)

    def follow(self, take: Take = Take.EVERYTHING, **wishes: Any) -> int:
        """Follow it, held; its listing is read, its books are described, and the folder is compared."""
        self.folder.mkdir(exist_ok=True)
        number = self.following.follow(FollowWishes(take, is_held=True, **wishes))
        assert self.engine.order(compare, number, str(self.folder), is_moved=False) is None
        self.describe()
        assert self.importer.step()
        return number

    def describe(self) -> None:
        def write(work: UnitOfWork) -> None:
            for row in rows:
                record(work, {row.id: (row.politeness_key, decode_details(row.listed))})

        rows = self.engine.rows("SELECT id, politeness_key, listed FROM extractions WHERE status = 'queued'")
        self.engine.order(write)
        self.engine.execute("UPDATE extractions SET status = 'completed'")

    def confirm(self, number: int, *had: int, take: Take | None = None, newest: int | None = None) -> None:
        assert self.engine.order(confirm, number, had, take, newest) is None
        self.settle(number)
        self.importer.step()
        self.following.check(number)

    def settle(self, number: int) -> None:
        while not self.engine.order(settle, number):
            pass

    def is_checked_soon(self) -> bool:
        return bool(self.engine.value("SELECT next_attempt_at <= now() + interval '1 minute' FROM follows"))

    def states(self) -> dict[str, str]:
        rows = self.engine.rows(
            "SELECT title, item.status FROM queue_items AS item JOIN audiobooks AS book ON book.id = audiobook_id"
        )
        return {row.title: row.status for row in rows}

    def found(self) -> dict[str, tuple[str, str | None]]:
        rows = self.engine.rows(
            "SELECT place, verdict, book.title FROM found_books AS found "
            "LEFT JOIN audiobooks AS book ON book.id = audiobook_id ORDER BY place"
        )
        return {row.place: (row.verdict, row.title) for row in rows}


@pytest.fixture
def held(following: Following, sounds: AudioFactory, tmp_path: Path) -> Held:
    following.folder = tmp_path / "library"
    following.folder.mkdir()
    following.library = following.service.library = type(following.library)(following.folder)
    return Held(following, sounds, tmp_path)


def episode(day: int) -> str:
    return (
        f"<item><title>Récit {day}</title><guid>recit-{day}</guid><itunes:duration>3</itunes:duration>"
        f"<pubDate>{day:02} Feb 2022 10:00:00 GMT</pubDate>"
        f'<enclosure url="https://audio.example/{day}.mp3" type="audio/mpeg" length="48000"/></item>'
    )


SHAPES = {
    "a folder of the show, with one album": ("Le phare/2022-02-{day:02} - Récit {day}.mp3", {"album": "Le phare"}),
    "titles in tags alone": ("Le phare/{day:02}.mp3", {"album": "Le phare", "title": "Récit {day}"}),
    "a folder an episode, as ohdio files": ("Le phare/Récit {day}/Récit {day}.mp3", {"album": "Récit {day}"}),
    "flat, by day": ("202202{day:02} - Récit {day}.mp3", {}),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_episodes_are_known_again_in_every_shape(held: Held, shape: str) -> None:
    name, tags = SHAPES[shape]
    for day in (1, 3):
        held.put(name.format(day=day), tags={tag: text.format(day=day) for tag, text in tags.items()})
    held.follow()
    assert sorted(held.found().values()) == [("known", "Récit 1"), ("known", "Récit 3")]
    assert set(held.states().values()) == {"paused"}


def test_nothing_is_fetched_before_it_is_confirmed_and_then_what_is_missing(held: Held) -> None:
    held.put("Le phare/2022-02-01 - Récit 1.mp3")
    held.put("Le phare/2022-02-02 - Récit 2.mp3", seconds=60)  # another length: unsure
    held.put("Le phare/Somebody else.mp3")
    number = held.follow()
    assert {place: verdict for place, (verdict, _) in held.found().items()} == {
        "Le phare/2022-02-01 - Récit 1.mp3": "known",
        "Le phare/2022-02-02 - Récit 2.mp3": "unsure",
        "Le phare/Somebody else.mp3": "new",
    }
    held.following.check(number)  # its next round: nothing is let go or added
    retry = held.engine.order(retry_failed, number)
    assert (set(held.states().values()), retry, held.engine.admit()) == ({"paused"}, 0, [])
    held.confirm(number)
    queued = held.states()
    assert queued == dict.fromkeys(("Récit 4", "Récit 3", "Récit 2"), "queued") | {"Récit 1": "queued"}
    assert [path.name for path in held.following.folder.rglob("*.mp3")] == ["2022-02-01 - Récit 1.mp3"]
    row = held.engine.row(number)
    assert (row.hold, row.has_begun, row.take) == (None, True, "everything")


def test_what_is_unsure_is_had_by_the_persons_word(held: Held) -> None:
    held.put("Récit 2.mp3", seconds=60)
    number = held.follow(Take.NEW)
    (unsure,) = held.engine.rows("SELECT id FROM found_books WHERE verdict = 'unsure'")
    held.confirm(number, unsure.id)
    assert list(held.states()) == ["Récit 2"]
    assert len(list(held.following.folder.rglob("*.mp3"))) == 1


@pytest.mark.parametrize(
    ("ordered", "confirmed", "taken"),
    [
        (Take.NEW, (None, None), []),
        (Take.NEW, (Take.NEWEST, 2), [4]),  # of the two newest one is had
        (Take.EVERYTHING, (None, None), [4, 2, 1]),
        (Take.EVERYTHING, (Take.NEW, None), []),
    ],
)
def test_what_is_missing_is_taken_as_any_follow_takes(
    held: Held, ordered: Take, confirmed: tuple[Take | None, int | None], taken: list[int]
) -> None:
    held.put("Récit 3.mp3")
    number = held.follow(ordered)
    held.confirm(number, take=confirmed[0], newest=confirmed[1])
    assert sorted(held.states()) == sorted([f"Récit {day}" for day in taken] + ["Récit 3"])
    held.following.check(number)
    assert len(held.states()) == len(taken) + 1  # each once, ever


def test_what_is_missing_since_a_day_is_taken(held: Held) -> None:
    held.put("Récit 3.mp3")
    number = held.follow()
    assert held.engine.order(confirm, number, (), Take.NEW, None, from_day=date(2022, 2, 2)) is None
    held.settle(number)
    held.following.check(number)
    assert sorted(held.states()) == ["Récit 2", "Récit 3", "Récit 4"]


def test_its_bounds_count_from_then_on(held: Held) -> None:
    number = held.follow(bounds=FollowBounds(most_per_check=1))
    assert len(held.states()) == 4
    held.confirm(number)
    assert list(held.states()) == ["Récit 4"]
    held.following.check(number)
    assert sorted(held.states()) == ["Récit 3", "Récit 4"]


def test_what_appears_meanwhile_is_new(held: Held) -> None:
    number = held.follow(Take.NEW)
    item = episode(9).replace("09 Feb 2022", "09 Feb 2036")
    held.following.origin.answer(PATH, rss(item, *map(episode, DAYS)))
    held.following.check(number)
    assert set(held.states().values()) == {"paused"}
    held.confirm(number)
    assert held.states() == {"Récit 9": "queued"}


def test_what_somebody_else_wants_is_not_forgotten(held: Held) -> None:
    number = held.follow(Take.NEW)
    held.engine.execute(
        "INSERT INTO scrapes (url, source, external_id, politeness_key) VALUES ('https://x.example', 'rss', 'x', 'x')"
    )
    held.engine.execute(
        "INSERT INTO scrape_books (scrape_id, audiobook_id) "
        "SELECT scrapes.id, book.id FROM scrapes, audiobooks AS book WHERE book.title = 'Récit 3'"
    )
    held.confirm(number)
    assert held.states() == {"Récit 3": "queued"}


def test_while_it_waits_to_be_confirmed_other_folders_are_read(held: Held) -> None:
    held.put("Récit 1.mp3")
    number = held.follow()
    assert held.engine.order(shown_import) is None  # it is shown with its follow
    for _ in range(2):
        assert held.engine.order(begin_import, str(held.folder), is_moved=False)
        assert held.importer.step()
    held.engine.order(end_import)
    assert held.engine.order(begin_import, str(held.folder), is_moved=False)
    assert not held.engine.order(begin_import, str(held.folder), is_moved=False)
    held.confirm(number)
    taken = held.engine.rows("SELECT import_id FROM found_books WHERE taken_at IS NOT NULL")
    assert [row.import_id for row in taken] == [held.engine.value("SELECT min(id) FROM folder_imports")]
    assert held.importer.step()
    assert held.engine.value("SELECT count(*) FROM folder_imports WHERE ended_at IS NULL AND step = 'read'") == 2


def test_it_waits_for_its_listing_and_its_descriptions(held: Held) -> None:
    held.put("Récit 3.mp3")
    held.following.origin.answer(PATH, b"", 503)
    number = held.following.follow(FollowWishes(is_held=True))
    held.engine.order(compare, number, str(held.folder), is_moved=False)
    assert not held.importer.step()
    held.following.origin.answer(PATH, rss(*map(episode, DAYS)))
    held.following.check(number)
    assert not held.importer.step()  # nobody has described its books
    assert held.engine.order(confirm, number, (), None, None) is not None
    held.describe()
    assert held.importer.step()
    assert held.found() == {"Récit 3.mp3": ("known", "Récit 3")}


def test_another_folder_may_be_named_and_ending_it_forgets_all(held: Held) -> None:
    number = held.following.follow(FollowWishes(is_held=True))
    held.describe()
    held.engine.order(compare, number, "/nowhere", is_moved=False)
    assert held.importer.step()
    assert held.engine.value("SELECT error FROM folder_imports ORDER BY id DESC LIMIT 1").startswith("There is no")
    held.put("Récit 3.mp3")
    assert held.engine.order(compare, number, str(held.folder), is_moved=False) is None
    assert held.importer.step()
    assert list(held.found().values()) == [("known", "Récit 3")]
    assert held.engine.order(end_follow, number)
    held.settle(number)
    assert held.engine.value("SELECT count(*) FROM follows") == 0
    assert held.engine.value("SELECT count(*) FROM audiobooks") == 0
    assert held.engine.value("SELECT count(*) FROM folder_imports WHERE ended_at IS NULL") == 0


class TestCutOff:
    """Whoever sees to what a person has decided dies after the first step; then comes the next check."""

    @pytest.fixture(autouse=True)
    def one_at_a_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(held_follows, "_BATCH", 1)

    @pytest.mark.parametrize("steps", [0, 1])
    def test_what_was_confirmed_stands_and_nothing_that_is_had_is_fetched(self, held: Held, steps: int) -> None:
        held.put("Récit 3.mp3")
        held.put("Récit 1.mp3", seconds=60)  # unsure
        number = held.follow(Take.NEW)
        (unsure,) = held.engine.rows("SELECT id FROM found_books WHERE verdict = 'unsure'")
        assert held.engine.order(confirm, number, [unsure.id], Take.EVERYTHING, None) is None
        assert held.is_checked_soon()
        for _ in range(steps):
            assert not held.engine.order(settle, number)
        assert set(held.states().values()) == {"paused"}
        assert held.engine.order(confirm, number, (), None, None) is not None  # it cannot be said otherwise any more
        assert held.engine.order(compare, number, str(held.folder), is_moved=False) is not None
        held.following.check(number)
        assert held.states() == dict.fromkeys(("Récit 4", "Récit 2"), "queued") | dict.fromkeys(
            ("Récit 3", "Récit 1"), "paused"
        )
        held.importer.step()
        assert len(list(held.following.folder.rglob("*.mp3"))) == 2
        held.following.check(number)
        assert len(held.states()) == 4

    def test_what_was_ended_ends(self, held: Held) -> None:
        number = held.follow()
        assert held.engine.order(end_follow, number)
        assert held.is_checked_soon()
        assert not held.engine.order(settle, number)
        assert held.engine.order(confirm, number, (), None, None) is not None
        run = held.following.begin(number)
        with pytest.raises(Stopped):
            held.following.service.check(run)
        assert held.states() == {}
        assert held.engine.value("SELECT count(*) FROM follows") == 0

    def test_what_was_ended_can_be_followed_anew(self, held: Held) -> None:
        number = held.follow()
        assert held.engine.order(end_follow, number)
        assert not held.engine.order(settle, number)
        again = held.following.follow(FollowWishes(Take.EVERYTHING))
        assert again != number
        assert held.states() == dict.fromkeys(("Récit 4", "Récit 3", "Récit 2", "Récit 1"), "queued")

    def test_a_check_that_runs_meanwhile_adds_nothing_that_stays(
        self, held: Held, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = held.follow()
        held.following.origin.answer(PATH, rss(episode(9), *map(episode, DAYS)))
        monkeypatch.setattr(held.following.service, "_require_library", lambda: held.engine.order(end_follow, number))
        held.following.check(number)
        assert "Récit 9" in held.states()
        assert set(held.states().values()) == {"paused"}
        held.settle(number)
        assert held.states() == {}


def test_what_is_not_held_is_compared_with_nothing(held: Held) -> None:
    number = held.following.follow(url=FEED)
    assert held.engine.order(compare, number, "/x", is_moved=False) is not None
    assert held.engine.order(confirm, number, (), None, None) is not None
