"""Books that would not fit the disk are held with the reason, and go on by themselves or when a person says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from ohdio_core.collection import control
from ohdio_core.collection.books import load_queued_book
from ohdio_core.domain.book_form import BookForm
from ohdio_core.errors import NoRoom
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.work.claim import Claim
from ohdio_core.work.outcome import Done, Stopped, outcome_of
from ohdio_core.work.run import Run
from ohdio_core.work.timing import boot_clock
from ohdio_downloader.room import DiskRoom
from tests.fixtures.engine import Engine
from tests.integration.downloader.downloads import Downloads

_MEBIBYTE = 2**20
_HALF_AN_HOUR = 1800.0


class Disk:
    """A disk with as much room as a test says, and the books that are to be brought to it."""

    def __init__(self, engine: Engine, root: Path) -> None:
        self.engine = engine
        self.free = 1000 * _MEBIBYTE
        self.form = BookForm.ORIGINAL
        for name in ("library", "work"):
            (root / name).mkdir()
        self.room = DiskRoom(
            FolderLibrary(root / "library"),
            root / "work",
            lambda: 100 * _MEBIBYTE,
            lambda _: self.free,
            lambda: self.form,
        )
        engine.worker(threads=9)

    def books(self, *sizes: int | None, seconds: float | None = None, parts: int = 1) -> list[int]:
        """Insert due books of parts of one size; sizes of books in MiB."""
        items = self.engine.items(len(sizes))
        for item, size in zip(items, sizes, strict=True):
            self.engine.execute(
                "INSERT INTO book_parts (audiobook_id, index, external_id, size, duration_seconds)"
                " SELECT audiobook_id, part, 'm', :size, :seconds"
                " FROM queue_items, generate_series(0, :last) AS part WHERE id = :id",
                id=item,
                last=parts - 1,
                size=size and size * _MEBIBYTE // parts,
                seconds=seconds,
            )
        return items

    def arrange(self) -> None:
        self.engine.order(self.room.arrange)

    def begin(self, item: int) -> Claim:
        """Begin a run as a worker does that finds out whether there is room; return it where there is.

        Raises:
            NoRoom: There is none; the run has ended by that.
        """
        claimed = self.engine.start(item)
        try:
            self.require(claimed)
        except NoRoom as error:
            self.engine.finish(claimed, outcome_of(error))
            raise
        return claimed

    def require(self, claimed: Claim) -> None:
        """Return if there is room for a run's book.

        Raises:
            NoRoom: There is none.
        """
        with self.engine.database.statement() as work:
            queued = load_queued_book(work, claimed.id, self.form)
        self.room.require(queued.room, Run(claimed, beat_sent_at=boot_clock()))

    def statuses(self, items: list[int]) -> list[str | None]:
        return [self.engine.status(item) for item in items]

    def reason(self, item: int) -> str | None:
        reason: str | None = self.engine.row(item).wait_reason
        return reason


@pytest.fixture
def disk(engine: Engine, tmp_path: Path) -> Disk:
    return Disk(engine, tmp_path)


class TestWhatStartsNext:
    def test_is_held_where_it_would_not_fit_and_says_how_much_it_needs(self, disk: Disk) -> None:
        items = disk.books(600, 400, 300)
        disk.arrange()
        assert disk.statuses(items) == ["queued", "paused", "queued"]
        assert "there is no room for its 400 MiB" in (disk.reason(items[1]) or "")

    def test_goes_on_by_itself_once_there_is_room(self, disk: Disk) -> None:
        items = disk.books(600, 400, 350)
        disk.arrange()
        disk.free += 100 * _MEBIBYTE
        disk.arrange()
        assert disk.statuses(items) == ["queued", "queued", "paused"]
        assert disk.reason(items[1]) is None
        disk.engine.order(control.delete, items[:1])
        disk.arrange()
        assert disk.statuses(items[1:]) == ["queued", "queued"]

    def test_needs_twice_its_room_where_it_becomes_one_file(self, disk: Disk) -> None:
        disk.form = BookForm.M4B
        large, small, original = disk.books(500, 300, 300, parts=2)
        book = disk.engine.row(original).audiobook_id
        disk.engine.execute("UPDATE audiobooks SET form = 'original' WHERE id = :id", id=book)
        disk.arrange()
        assert disk.statuses([large, small, original]) == ["paused", "queued", "queued"]
        assert "there is no room for its 1,000 MiB" in (disk.reason(large) or "")

    @pytest.mark.parametrize(("form", "parts"), [(BookForm.M4B, 1), (BookForm.MP3, 1), (BookForm.M4B_64K, 2)])
    def test_needs_its_room_once_where_no_second_copy_is_made(self, disk: Disk, form: BookForm, parts: int) -> None:
        disk.form = form
        (first,) = disk.books(600, parts=parts)
        disk.arrange()
        assert disk.engine.admit() == [first]
        disk.begin(first)
        others = disk.books(200, parts=parts)
        disk.arrange()
        assert disk.statuses(others) == ["queued"]

    def test_is_what_a_person_put_first(self, disk: Disk) -> None:
        items = disk.books(600, 400)
        disk.arrange()
        disk.engine.order(control.set_priority, items[1:], 9)
        disk.arrange()
        assert disk.statuses(items) == ["paused", "queued"]

    def test_leaves_what_runs_as_much_as_it_needs(self, disk: Disk) -> None:
        first, *others = disk.books(800, 200, 100)
        claimed = disk.engine.start(disk.engine.admit()[0])
        assert claimed.id == first
        assert disk.statuses(others) == ["processing", "processing"]
        more = disk.books(50)
        disk.arrange()
        assert disk.statuses(more) == ["paused"]

    def test_leaves_what_becomes_one_file_the_room_of_both(self, disk: Disk) -> None:
        disk.form = BookForm.M4B
        first, second = disk.books(400, 60, parts=2)
        assert disk.engine.admit() == [first, second]
        disk.begin(first)
        with pytest.raises(NoRoom):
            disk.begin(second)
        assert disk.statuses([second]) == ["paused"]

    def test_is_weighed_by_its_length_where_nobody_says_its_size(self, disk: Disk) -> None:
        items = disk.books(None, seconds=900 * _MEBIBYTE / 16_000 + _HALF_AN_HOUR)
        disk.arrange()
        assert disk.statuses(items) == ["paused"]
        done = disk.books(90)
        disk.engine.execute("UPDATE audiobooks SET file_size = 90000000, duration_seconds = 9000")
        disk.engine.execute("UPDATE queue_items SET status = 'completed' WHERE id = ANY(:ids)", ids=done)
        disk.engine.execute("UPDATE queue_items SET bytes_total = NULL")
        # Books here take 10,000 bytes a second of sound, so that it is smaller than it seemed.
        disk.arrange()
        assert disk.statuses(items) == ["queued"]

    def test_is_not_held_where_nothing_tells_how_large_it_is(self, disk: Disk) -> None:
        items = disk.books(None)
        disk.free = 100 * _MEBIBYTE + 1
        disk.arrange()
        assert disk.statuses(items) == ["queued"]

    def test_waits_for_the_disk_where_that_is_full_already(self, disk: Disk) -> None:
        items = disk.books(1)
        disk.free = 100 * _MEBIBYTE
        disk.arrange()
        assert disk.statuses(items) == ["queued"]


class TestARun:
    def test_of_a_book_that_does_not_fit_ends_at_once_at_no_attempt(self, disk: Disk) -> None:
        (item,) = disk.books(1000)
        disk.engine.admit()
        with pytest.raises(NoRoom):
            disk.begin(item)
        row = disk.engine.row(item)
        assert (row.status, row.attempts) == ("paused", 0)
        assert "there is no room for its 1,000 MiB" in row.wait_reason
        assert disk.engine.rows("SELECT outcome FROM runs") == [("waits",)]

    def test_of_two_that_begin_together_is_the_first_one(self, disk: Disk) -> None:
        items = disk.books(600, 600)
        disk.engine.admit()
        runs = [disk.engine.start(item) for item in items]
        disk.require(runs[0])
        with pytest.raises(NoRoom):
            disk.require(runs[1])

    def test_goes_on_where_a_person_wants_it_anyway(self, disk: Disk) -> None:
        (item,) = disk.books(1000)
        disk.arrange()
        assert disk.engine.order(control.resume, [item]) == 1
        disk.arrange()
        disk.engine.admit()
        assert disk.engine.finish(disk.begin(item), Done())
        assert disk.engine.status(item) == "completed"

    def test_that_a_person_pauses_in_the_same_moment_is_paused_and_not_held(self, disk: Disk) -> None:
        (item,) = disk.books(1000)
        disk.engine.admit()
        claimed = disk.engine.start(item)
        disk.engine.order(control.pause, [item])
        assert disk.engine.finish(claimed, outcome_of(_no_room(disk, claimed)))
        disk.free *= 2
        disk.arrange()
        assert (disk.engine.status(item), disk.reason(item)) == ("paused", None)


def test_what_a_person_has_paused_while_it_waited_stays_paused(disk: Disk) -> None:
    (item,) = disk.books(1)
    disk.engine.execute("UPDATE queue_items SET wait_reason = 'it waits', next_attempt_at = now() + interval '1 h'")
    disk.engine.order(control.pause, [item])
    disk.arrange()
    assert disk.engine.status(item) == "paused"


def test_the_library_on_another_disk_needs_room_for_the_whole_book(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk.room, "_folders", lambda: [Path("/work"), Path("/library")])
    monkeypatch.setattr(disk.room, "_read_free", lambda folder: (1000 if folder == Path("/work") else 400) * _MEBIBYTE)
    items = disk.books(250, 250)
    disk.engine.execute("UPDATE queue_items SET progress = :done", done=200 * _MEBIBYTE)
    disk.arrange()
    assert disk.statuses(items) == ["queued", "paused"]
    assert "250 MiB on the disk of /library" in (disk.reason(items[1]) or "")


def test_a_book_that_is_in_the_library_needs_no_room(downloads: Downloads) -> None:
    downloads.download()
    downloads.engine.execute("UPDATE queue_items SET status = 'queued', bytes_total = 9e15")
    downloads.download()
    assert downloads.engine.status(downloads.item) == "completed"


def test_nothing_is_fetched_of_a_book_that_does_not_fit(downloads: Downloads) -> None:
    downloads.engine.execute("UPDATE book_parts SET size = 9e15")
    _, run = downloads.begin()
    with pytest.raises(NoRoom):
        downloads.service.download(run)
    assert downloads.files() == []


def _no_room(disk: Disk, claimed: Claim) -> Exception:
    try:
        disk.require(claimed)
    except (NoRoom, Stopped) as error:
        return error
    raise AssertionError("there is room")
