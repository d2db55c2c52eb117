from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ohdio_core.domain.audiobook import Part
from ohdio_core.errors import Postponed
from ohdio_downloader.workdir import WorkDir, WorkDirBusy

PART = Part(index=0, external_id="m-1", title="One")


def finish(work: WorkDir, part: Part, name: str, data: bytes = b"sound") -> Path:
    path = work.fetch_path(part).with_suffix(".mp3")
    path.write_bytes(data)
    return work.record(part, path, name)


class TestParts:
    def test_that_are_recorded_are_known_to_the_next_run(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path, "7") as work:
            path = finish(work, PART, "01 - One.mp3")
        with WorkDir(tmp_path, "7") as work:
            assert work.finished(PART) == path == work.book / "01 - One.mp3"

    def test_are_unknown_at_first(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path, "7") as work:
            assert work.finished(PART) is None

    def test_whose_file_is_gone_or_changed_are_made_again(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path, "7") as work:
            path = finish(work, PART, "one.mp3")
            path.write_bytes(b"half")
            assert work.finished(PART) is None
            path.unlink()
            assert work.finished(PART) is None

    def test_that_became_another_medium_are_made_again(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path, "7") as work:
            finish(work, PART, "one.mp3")
            assert work.finished(Part(index=0, external_id="m-2")) is None

    def test_of_a_damaged_record_are_made_again(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path, "7") as work:
            finish(work, PART, "one.mp3")
        (work.path / "parts.json").write_text("[1, 2")
        with WorkDir(tmp_path, "7") as again:
            assert again.finished(PART) is None

    def test_what_was_fetched_of_another_medium_is_not_taken_for_this_one(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path, "7") as work:
            former = work.fetch_path(PART)
            former.write_bytes(b"another sound")
            neighbour = work.fetch_path(Part(index=1, external_id="m-9"))
            neighbour.write_bytes(b"sound")
        with WorkDir(tmp_path, "7") as again:
            assert again.fetch_path(PART) == former
            assert former.exists()
            assert not again.fetch_path(Part(index=0, external_id="m-2")).exists()
            assert not former.exists()
            assert neighbour.exists()

    def test_on_a_full_disk_are_recorded_later(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path, "7") as work:
            kept = finish(work, PART, "one.mp3")
            (work.path / ".new").symlink_to("/dev/full")
            other = Part(index=1, external_id="m-2")
            with pytest.raises(Postponed, match="Not enough free space"):
                finish(work, other, "two.mp3")
            assert work.finished(PART) == kept
            assert work.finished(other) is None
            finish(work, other, "two.mp3")
            assert work.finished(other) is not None

    def test_leftovers_are_removed(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path, "7") as work:
            kept = finish(work, PART, "01 - One.mp3")
            finish(work, Part(index=1, external_id="m-2"), "02 - Renamed since.mp3")
            work.keep_only({"01 - One.mp3"})
            assert list(work.book.iterdir()) == [kept]


class TestLock:
    def test_one_worker_at_a_time(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path, "7"), pytest.raises(WorkDirBusy, match="Another worker"), WorkDir(tmp_path, "7"):
            pass

    def test_other_items_are_free(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path, "7"), WorkDir(tmp_path, "8") as work:
            assert work.book.is_dir()

    def test_ends_with_the_block(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path, "7"):
            pass
        with WorkDir(tmp_path, "7") as work:
            assert work.book.is_dir()

    def test_ends_with_the_process_that_held_it(self, tmp_path: Path) -> None:
        code = (
            "import sys, pathlib, ohdio_downloader.workdir as w\n"
            "with w.WorkDir(pathlib.Path(sys.argv[1]), '7'):\n"
            "    print('held', flush=True); sys.stdin.read()\n"
        )
        holder = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(WorkDirBusy), WorkDir(tmp_path, "7"):
                pass
            holder.kill()
            holder.wait()
            with WorkDir(tmp_path, "7") as work:
                assert work.book.is_dir()

    def test_is_no_attempt(self) -> None:
        assert issubclass(WorkDirBusy, Postponed)


class TestEnd:
    def test_nothing_stays(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path, "7") as work:
            finish(work, PART, "one.mp3")
            work.remove()
        assert list(tmp_path.iterdir()) == []

    def test_the_next_run_starts_from_nothing(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path, "7") as work:
            finish(work, PART, "one.mp3")
            work.remove()
        with WorkDir(tmp_path, "7") as work:
            assert work.finished(PART) is None

    def test_one_that_is_taken_away_is_noticed(self, tmp_path: Path) -> None:
        with WorkDir(tmp_path / "work", "7") as work:
            assert work.is_there()
            (tmp_path / "work").rename(tmp_path / "away")
            assert not work.is_there()

    def test_what_it_is_in_is_not_made(self, tmp_path: Path) -> None:
        with pytest.raises(Postponed, match="is not there as a folder"), WorkDir(tmp_path / "library" / "work", "7"):
            pass
        assert list(tmp_path.iterdir()) == []

    def test_a_place_that_cannot_be_written_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(Postponed, match="is not there as a folder"), WorkDir(tmp_path / "file", "7"):
            pass
