from __future__ import annotations

import logging
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ohdio.datadir import (
    DataDirectory,
    DataDirectoryInUse,
    DataDirectoryUnusable,
)
from ohdio_client.instance import Instance
from ohdio_core.data_directory import default_data_directory

_HOLD = """
import sys
from pathlib import Path
from ohdio.datadir import DataDirectory
from ohdio_client.instance import Instance
data = DataDirectory(Path(sys.argv[1])).lock()
data.announce(Instance("http://127.0.0.1:1", None, "/books"))
print("held", flush=True)
sys.stdin.read()
"""


class TestLock:
    def test_only_one_process_has_it_and_says_how_it_is_reached(self, tmp_path: Path) -> None:
        data = DataDirectory(tmp_path / "data")
        holder = subprocess.Popen(
            [sys.executable, "-c", _HOLD, str(data.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        with holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            with pytest.raises(DataDirectoryInUse, match="Another ohdio is using"):
                data.lock()
            assert data.running_instance() == Instance("http://127.0.0.1:1", None, "/books")
            holder.kill()

        with data:
            assert data.running_instance() is None, "what a killed process announced is forgotten"

    def test_it_can_be_had_again_once_it_is_given_back(self, tmp_path: Path) -> None:
        with DataDirectory(tmp_path) as data:
            data.announce(Instance("http://127.0.0.1:1", None, "/books"))
        with DataDirectory(tmp_path):
            pass
        assert DataDirectory(tmp_path).running_instance() is None

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "{}",
            "[" * 100_000,
            '{"url": ' * 50_000,
            '{"url": 1, "token": null, "library": "/books"}',
            '{"url": "http://127.0.0.1:1", "token": 5, "library": "/books"}',
            '{"url": "http://127.0.0.1:1", "token": null, "library": null}',
        ],
    )
    def test_a_note_that_no_process_of_ours_left_is_none(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "instance.json").write_text(content)
        assert DataDirectory(tmp_path).running_instance() is None

    def test_a_directory_that_cannot_be_made_is_a_sentence(self) -> None:
        with pytest.raises(DataDirectoryUnusable, match="Choose another one with --data"):
            DataDirectory(Path("/proc/nowhere")).lock()

    @pytest.mark.parametrize("name", ["lock", "instance.json"])
    def test_a_folder_in_the_place_of_one_of_its_files_is_named(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).mkdir()
        with pytest.raises(DataDirectoryUnusable, match=f"{tmp_path}/{name} is in the way"):
            DataDirectory(tmp_path).lock()

    @pytest.mark.parametrize("name", ["remembered.json", "remembered.json.new"])
    def test_a_folder_in_the_place_of_what_it_remembers_is_named(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).mkdir()
        with DataDirectory(tmp_path) as data, pytest.raises(DataDirectoryUnusable, match=f"{name} is in the way"):
            data.remember_library(tmp_path / "books")


class TestPrivacy:
    def test_other_users_can_read_nothing(self, tmp_path: Path) -> None:
        with DataDirectory(tmp_path / "data") as data:
            data.announce(Instance("http://127.0.0.1:1", data.token(), "/books"))
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in data.path.iterdir()}
            assert modes == {"lock": 0o600, "instance.json": 0o600, "token": 0o600}
            assert stat.S_IMODE(data.path.stat().st_mode) == 0o700

    def test_the_token_stays_the_same(self, tmp_path: Path) -> None:
        assert DataDirectory(tmp_path).token() == DataDirectory(tmp_path).token()


class TestLibrary:
    def test_that_was_chosen_is_remembered_by_later_processes(self, tmp_path: Path) -> None:
        directory = tmp_path / "data"
        with DataDirectory(directory) as data:
            assert data.remembered_library() is None
            data.remember_library(Path("/mnt/livres d'été\n2"))
        assert DataDirectory(directory).remembered_library() == Path("/mnt/livres d'été\n2")

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"library": 3}', "nonsense", "[" * 100_000])
    def test_is_forgotten_when_the_note_is_damaged(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "remembered.json").write_text(content)
        assert DataDirectory(tmp_path).remembered_library() is None

    def test_asking_for_it_makes_nothing(self, tmp_path: Path) -> None:
        assert DataDirectory(tmp_path / "data").remembered_library() is None
        assert not (tmp_path / "data").exists()


class TestLog:
    def test_never_grows_beyond_two_files(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr("ohdio.datadir._LARGEST_LOG", 1000)
        data = DataDirectory(tmp_path)
        log = data.open_log()
        for number in range(200):
            log.handle(logging.LogRecord("test", logging.INFO, __file__, 1, f"event {number}", None, None))
        log.close()

        sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
        assert sizes.keys() == {"ohdio.log", "ohdio.log.1"}
        assert max(sizes.values()) <= 1000
        assert "event 199" in data.log.read_text()


class TestPlace:
    def test_is_where_the_specification_says(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        assert default_data_directory() == tmp_path / "ohdio"

    @pytest.mark.parametrize("invalid", ["", "relative/path"])
    def test_is_below_the_home_directory_otherwise(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, invalid: str
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("XDG_DATA_HOME", invalid)
        assert default_data_directory() == tmp_path / ".local" / "share" / "ohdio"
