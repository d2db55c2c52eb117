"""What is a bucket's own: its keys, its pieces, and what its server says when something is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from devservers.ports import free_ports
from ohdio_core.errors import PermanentError, Postponed
from ohdio_core.library.bucket.editions import Editions
from ohdio_core.library.bucket.library import BucketLibrary
from ohdio_core.library.bucket.objects import Objects
from tests.integration.library.libraries import Bucket, contents
from tests.unit.library.books import (
    BETTER,
    BOOK,
    FILES,
    HOME,
    NEW_HOME,
    OWNER,
    InterruptedByTest,
    stage,
)

_ROOT = Path(__file__).parents[3]
ALL = timedelta(seconds=-1)  #: whatever is there is older
LARGE = b"sea" * (3 * 2**20)  #: more than one piece


class TestKeys:
    def test_are_readable_and_the_marker_names_the_edition(self, bucket: Bucket, tmp_path: Path) -> None:
        bucket.library.place(stage(tmp_path), BOOK, OWNER)
        marker, *files = bucket.every_key()
        assert marker == f"{HOME}/.ohdio.json"
        found = bucket.objects.read(marker)
        assert found is not None
        edition = json.loads(found[0])["edition"]
        assert files == [f"{HOME}/{edition}/{name}" for name in sorted(FILES)]

    def test_what_is_replaced_leaves_nothing_behind(self, bucket: Bucket, tmp_path: Path) -> None:
        bucket.library.place(stage(tmp_path), BOOK, OWNER)
        bucket.library.place(stage(tmp_path, BETTER), BOOK, OWNER)
        assert sorted(PurePosixPath(key).name for key in bucket.every_key()) == [".ohdio.json", *sorted(BETTER)]

    def test_people_may_move_them(self, bucket: Bucket, tmp_path: Path) -> None:
        bucket.library.place(stage(tmp_path), BOOK, OWNER)
        for key in bucket.every_key():
            bucket.objects.copy(key, f"Series/{key}", 1)
            bucket.objects.delete([key])
        moved = PurePosixPath("Series") / HOME
        assert bucket.library.find(BOOK, OWNER) is None
        assert bucket.library.locate(str(HOME), OWNER) == moved
        assert bucket.library.find_moved(BOOK, OWNER, lambda: None, was_filed=True) == moved
        assert contents(bucket.library, moved, OWNER) == FILES

    def test_a_book_that_lost_a_file_is_not_whole(self, bucket: Bucket, tmp_path: Path) -> None:
        bucket.library.place(stage(tmp_path), BOOK, OWNER)
        bucket.objects.delete([key for key in bucket.every_key() if key.endswith("01 - La mer.mp3")])
        assert (bucket.library.find(BOOK, OWNER), bucket.library.holds(str(HOME), OWNER)) == (None, False)
        assert bucket.library.file(HOME / "01 - La mer.mp3") is None
        assert bucket.library.locate(str(HOME), OWNER) == HOME


class TestPieces:
    def test_large_files_arrive_whole_and_are_copied(self, bucket: Bucket, tmp_path: Path) -> None:
        bucket.library.place(stage(tmp_path, {"01 - La mer.mp3": LARGE}), BOOK, OWNER)
        bucket.library.naming.move(HOME, replace(BOOK, title="La digue"), OWNER)
        assert contents(bucket.library, NEW_HOME, OWNER) == {"01 - La mer.mp3": LARGE}

    def test_what_is_stopped_leaves_none(self, bucket: Bucket, tmp_path: Path) -> None:
        asked = count(1)

        def check() -> None:
            if next(asked) == 2:
                raise InterruptedByTest

        with pytest.raises(InterruptedByTest):
            bucket.library.place(stage(tmp_path, {"01 - La mer.mp3": LARGE}), BOOK, OWNER, look=check)
        assert (bucket.every_key(), bucket.objects.unfinished()) == ([], [])


class Killed:
    """Carries out actions in a process that is killed before one of its requests."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.integration.library.killed"]
        self.process = subprocess.Popen(
            command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def carry_out(self, action: str, bucket: Bucket, staged: Path, killed_before: int) -> bool:
        """Return whether it was killed, and did not come to its end before."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        order = {"action": action, "address": asdict(bucket.address), "staged": str(staged)}
        self.process.stdin.write(json.dumps(order | {"killed_before": killed_before}) + "\n")
        code = int(self.process.stdout.readline())
        assert code in {0, -9}
        return code == -9


@pytest.fixture(scope="module")
def killed() -> Iterator[Killed]:
    found = Killed()
    yield found
    assert found.process.stdin is not None
    assert found.process.stdout is not None
    found.process.stdin.close()
    found.process.stdout.close()
    found.process.wait()


def places(bucket: Bucket, prefix: str) -> Bucket:
    """Return another library in the bucket."""
    address = replace(bucket.address, prefix=prefix)
    return Bucket(address, BucketLibrary(address), Objects(address))


def assert_no_orphans(bucket: Bucket, folder: PurePosixPath, files: dict[str, bytes]) -> None:
    bucket.library.remove_leftovers(older_than=ALL)
    assert contents(bucket.library, folder, OWNER) == files
    keys = [PurePosixPath(key) for key in bucket.every_key() if not key.startswith(".ohdio-trash/")]
    assert sorted(key.name for key in keys) == sorted([".ohdio.json", *files])
    assert all(folder in key.parents for key in keys)


class TestKilledBeforeAnyRequest:
    def test_of_filing_the_book_is_there_whole_or_not_at_all(
        self, bucket: Bucket, killed: Killed, tmp_path: Path
    ) -> None:
        for number in count(1):
            place, staged = places(bucket, f"{number}/"), stage(tmp_path / str(number))
            was_killed = killed.carry_out("file", place, staged, number)
            found = place.library.find(BOOK, OWNER)
            if found is None:
                assert was_killed
                assert place.library.place(staged, BOOK, OWNER) == HOME
            assert_no_orphans(place, HOME, FILES)
            if not was_killed:
                assert number > len(FILES)
                return

    @pytest.mark.full
    def test_of_renaming_it_is_whole_at_one_of_both_places(
        self, bucket: Bucket, killed: Killed, tmp_path: Path
    ) -> None:
        for number in count(1):
            place = places(bucket, f"{number}/")
            place.library.place(stage(tmp_path / str(number)), BOOK, OWNER)
            was_killed = killed.carry_out("rename", place, tmp_path, number)
            now = place.library.locate(str(HOME), OWNER)
            assert now is not None
            assert contents(place.library, now, OWNER) == FILES
            assert place.library.naming.move(HOME, replace(BOOK, title="La digue"), OWNER) == NEW_HOME
            assert_no_orphans(place, NEW_HOME, FILES)
            if not was_killed:
                return

    @pytest.mark.full
    def test_of_filing_it_again_it_is_whole_in_one_of_both_forms(
        self, bucket: Bucket, killed: Killed, tmp_path: Path
    ) -> None:
        for number in count(1):
            place = places(bucket, f"{number}/")
            place.library.place(stage(tmp_path / str(number)), BOOK, OWNER)
            staged = stage(tmp_path / str(number) / "again", BETTER)
            was_killed = killed.carry_out("file again", place, staged, number)
            is_new = (now := contents(place.library, HOME, OWNER)) == BETTER
            assert is_new or (was_killed and now == FILES)
            if not is_new:
                assert place.library.place(staged, BOOK, OWNER, home=HOME, keeps_old=True) == HOME
            assert place.library.trash.find_replaced(OWNER, list(FILES)) is not None
            assert_no_orphans(place, HOME, BETTER)
            if not was_killed:
                return

    @pytest.mark.full
    def test_of_putting_former_files_back_both_forms_are_whole_and_each_where_it_belongs(
        self, bucket: Bucket, killed: Killed, tmp_path: Path
    ) -> None:
        for number in count(1):
            place = places(bucket, f"{number}/")
            place.library.place(stage(tmp_path / str(number)), BOOK, OWNER)
            place.library.place(stage(tmp_path / str(number), BETTER), BOOK, OWNER, home=HOME, keeps_old=True)
            (former,) = place.library.trash.folders()
            was_killed = killed.carry_out("swap", place, tmp_path, number)
            kept = place.library.trash.swap(former.key, HOME, OWNER)
            trashed = {there.key for there in place.library.trash.folders()}
            assert place.library.trash.find_replaced(OWNER, list(FILES)) is None
            assert place.library.trash.find_replaced(OWNER, list(BETTER)) in trashed
            assert kept is None or kept in trashed
            assert_no_orphans(place, HOME, FILES)
            if not was_killed:
                return

    @pytest.mark.full
    @pytest.mark.parametrize("action", ["delete", "restore"])
    def test_of_deleting_and_restoring_it_is_here_or_in_the_trash(
        self, bucket: Bucket, killed: Killed, tmp_path: Path, action: str
    ) -> None:
        for number in count(1):
            place = places(bucket, f"{number}/")
            place.library.place(stage(tmp_path / str(number)), BOOK, OWNER)
            if action == "restore":
                place.library.delete(HOME, OWNER)
            was_killed = killed.carry_out(action, place, tmp_path, number)
            if place.library.find(BOOK, OWNER) is not None:
                assert contents(place.library, HOME, OWNER) == FILES
                place.library.delete(HOME, OWNER)
            assert place.library.trash.restore(BOOK, OWNER) == HOME
            assert_no_orphans(place, HOME, FILES)
            if not was_killed:
                return

    @pytest.mark.full
    def test_of_deleting_it_for_good_it_is_whole_in_the_trash_or_gone(
        self, bucket: Bucket, killed: Killed, tmp_path: Path
    ) -> None:
        for number in count(1):
            place = places(bucket, f"{number}/")
            place.library.place(stage(tmp_path / str(number)), BOOK, OWNER)
            place.library.delete(HOME, OWNER)
            (there,) = place.library.trash.folders()
            was_killed = killed.carry_out("drop", place, tmp_path, number)
            if place.library.trash.restore(BOOK, OWNER) is not None:
                assert was_killed
                assert_no_orphans(place, HOME, FILES)
                continue
            place.library.trash.drop(there.key)
            assert place.every_key() == []
            if not was_killed:
                return

    def test_of_a_large_file_its_pieces_are_removed(self, bucket: Bucket, killed: Killed, tmp_path: Path) -> None:
        staged = stage(tmp_path, {"01 - La mer.mp3": LARGE})
        for number in count(3):
            assert killed.carry_out("file", bucket, staged, number)
            if bucket.objects.unfinished():
                break
        bucket.objects.abort_unfinished(before=datetime.now(UTC))
        assert bucket.objects.unfinished() == []


class TestTheTrash:
    """A book in it."""

    @pytest.fixture
    def key(self, bucket: Bucket, tmp_path: Path) -> str:
        bucket.library.place(stage(tmp_path), BOOK, OWNER)
        bucket.library.delete(HOME, OWNER)
        (there,) = bucket.library.trash.folders()
        return there.key

    def test_that_is_deleted_for_good_while_it_comes_back_is_gone_whole(
        self, bucket: Bucket, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        copy = Objects.copy

        def drop_after(objects: Objects, *given: Any) -> None:
            copy(objects, *given)
            BucketLibrary(bucket.address).trash.drop(key)

        monkeypatch.setattr(Objects, "copy", drop_after)
        assert bucket.library.trash.restore(BOOK, OWNER) is None
        assert bucket.every_key() == []

    def test_that_came_back_just_before_it_is_deleted_for_good_is_whole(
        self, bucket: Bucket, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish = Editions.publish

        def drop_before(editions: Editions, *given: Any, **named: Any) -> None:
            BucketLibrary(bucket.address).trash.drop(key)
            publish(editions, *given, **named)

        monkeypatch.setattr(Editions, "publish", drop_before)
        assert bucket.library.trash.restore(BOOK, OWNER) == HOME
        assert contents(bucket.library, HOME, OWNER) == FILES

    def test_is_tidied_and_no_upload_ends_for_that(self, bucket: Bucket, key: str, tmp_path: Path) -> None:
        asked = count(1)

        def look() -> None:
            if next(asked) == 2:
                bucket.library.trash.tidy(older_than=ALL)

        bucket.library.place(stage(tmp_path, {"01 - La mer.mp3": LARGE}), BOOK, OWNER, look=look)
        assert contents(bucket.library, HOME, OWNER) == {"01 - La mer.mp3": LARGE}
        assert [there.key for there in bucket.library.trash.folders()] == [key]

    def test_of_several_within_a_second_gives_the_last_one_back(self, bucket: Bucket, tmp_path: Path) -> None:
        for number, files in enumerate([BETTER, FILES, BETTER, FILES, BETTER, FILES]):
            bucket.library.place(stage(tmp_path / str(number), files), BOOK, OWNER)
            bucket.library.delete(HOME, OWNER)
        assert bucket.library.trash.restore(BOOK, OWNER) == HOME
        assert contents(bucket.library, HOME, OWNER) == FILES


class TestWhatIsToBeKept:
    """A book that is to go to the trash while another edition of it is filed."""

    def test_is_there_once_though_its_marker_changes_at_the_last_moment(self, bucket: Bucket, tmp_path: Path) -> None:
        bucket.library.place(stage(tmp_path), BOOK, OWNER)
        asked = count(1)

        def note_another_home() -> None:
            if next(asked) == 1:
                editions = Editions(bucket.objects)
                there = editions.at(HOME)
                assert there is not None
                editions.publish(replace(there, marker=replace(there.marker, home=None)), replacing=there)

        staged = stage(tmp_path / "again", BETTER)
        bucket.library.place(staged, BOOK, OWNER, home=HOME, keeps_old=True, check=note_another_home)
        assert_no_orphans(bucket, HOME, BETTER)
        (kept,) = bucket.library.trash.folders()
        assert bucket.library.trash.find_replaced(OWNER, list(FILES)) == kept.key

    def test_stays_there_when_somebody_else_has_replaced_it(self, bucket: Bucket, tmp_path: Path) -> None:
        bucket.library.place(stage(tmp_path), BOOK, OWNER)

        def come_too_late() -> None:
            BucketLibrary(bucket.address).place(stage(tmp_path / "other", BETTER), BOOK, OWNER, home=HOME)
            raise InterruptedByTest

        staged = stage(tmp_path / "again", BETTER)
        with pytest.raises(InterruptedByTest):
            bucket.library.place(staged, BOOK, OWNER, home=HOME, keeps_old=True, check=come_too_late)
        assert bucket.library.trash.find_replaced(OWNER, list(FILES)) is not None


class TestTrouble:
    def test_without_its_bucket(self, bucket: Bucket) -> None:
        gone = BucketLibrary(replace(bucket.address, bucket="no-such-bucket"))
        for ask in (gone.require_mounted, gone.is_marked):
            with pytest.raises(Postponed, match=r"s3://no-such-bucket/shelf cannot be used: there is no bucket"):
                ask()
        with pytest.raises(PermanentError, match="cannot be written: there is no bucket of this name"):
            gone.require_writable()
        assert "there is no bucket of this name" in str(gone.problem())
        assert bucket.library.problem() is None
        assert gone.holds(str(HOME), OWNER)

    def test_without_a_server(self, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (port,) = free_ports(1)
        away = BucketLibrary(replace(bucket.address, endpoint=f"http://127.0.0.1:{port}"))
        staged = stage(tmp_path)
        with pytest.raises(Postponed, match="the server cannot be reached"):
            away.place(staged, BOOK, OWNER)
        assert sorted(path.name for path in staged.iterdir()) == sorted(FILES)
        assert away.holds(str(HOME), OWNER)
        with monkeypatch.context() as patched:
            patched.setattr(Editions, "at", None)  # who asks of many books waits for one
            assert away.holds(str(HOME), OWNER)
        assert not bucket.library.holds(str(HOME), OWNER)

    def test_secrets_are_in_no_text(self, bucket: Bucket) -> None:
        assert str(bucket.address.secret) not in repr(bucket.address)
