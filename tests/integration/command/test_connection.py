"""Which ohdio a command talks to."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ohdio.datadir import DataDirectory
from ohdio_client.cli.connection import _token_for
from ohdio_client.instance import Instance, is_taken
from tests.fixtures.api import Api

NOBODY = "http://127.0.0.1:9"


def queue(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `ohdio queue` where no ohdio runs."""
    return run(folder, "queue", *arguments, **environment)


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    process = start(folder, *arguments, **environment)
    out, err = process.communicate(timeout=30)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(Path(sys.executable).with_name("ohdio")), *arguments],
        env={**os.environ, "XDG_DATA_HOME": str(folder), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_variable_names_the_ohdio_that_a_command_talks_to(api: Api, tmp_path: Path) -> None:
    assert "No ohdio is running here" in queue(tmp_path).stderr
    done = queue(tmp_path, OHDIO_API=api.url)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_option_counts_more_than_the_variable(api: Api, tmp_path: Path) -> None:
    assert queue(tmp_path, "--api", api.url, OHDIO_API=NOBODY).returncode == 0
    other = queue(tmp_path, "--api", NOBODY, OHDIO_API=api.url)
    assert (other.returncode, other.stdout) == (2, "")
    assert f"Nobody answers at {NOBODY}" in other.stderr
    assert "`ohdio up`, on its machine, starts an ohdio." in other.stderr


def test_an_empty_variable_counts_as_none(tmp_path: Path) -> None:
    assert "No ohdio is running here" in queue(tmp_path, OHDIO_API="").stderr


def test_an_address_without_its_scheme_is_taken_for_one_by_http(api: Api, tmp_path: Path) -> None:
    assert queue(tmp_path, "--api", api.url.removeprefix("http://")).returncode == 0
    assert queue(tmp_path, OHDIO_API=api.url.removeprefix("http://")).returncode == 0


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    """The data directory of the commands."""
    return DataDirectory(tmp_path / "ohdio")


class TestTheOneOfTheDataDirectory:
    def test_that_was_killed_is_not_taken_for_a_running_one(self, directory: DataDirectory, tmp_path: Path) -> None:
        note = directory.path / "instance.json"
        with directory:
            directory.announce(Instance(NOBODY, None, "/srv/books"))
            left = note.read_bytes()
        note.write_bytes(left)

        assert "No ohdio is running here: start it with `ohdio up`" in queue(tmp_path).stderr

    def test_is_waited_for_while_it_starts(self, api: Api, directory: DataDirectory, tmp_path: Path) -> None:
        with directory, start(tmp_path, "queue") as asking:
            assert asking.stderr is not None
            assert asking.stderr.readline() == "ohdio is starting …\n"
            directory.announce(Instance(api.url, None, str(api.library_dir)))
            _, err = asking.communicate(timeout=20)

        assert (asking.returncode, err) == (0, "")

    def test_can_be_locked_while_others_look_whether_it_is(self, directory: DataDirectory) -> None:
        with directory:
            pass
        with (directory.path / "lock").open() as looking:
            fcntl.flock(looking, fcntl.LOCK_SH)
            threading.Timer(0.02, fcntl.flock, [looking, fcntl.LOCK_UN]).start()
            with directory:
                assert is_taken(directory.path)
        assert not is_taken(directory.path)


class TestTheToken:
    def test_comes_with_what_it_is_for_where_nobody_asks_for_it(
        self, api: Api, directory: DataDirectory, tmp_path: Path
    ) -> None:
        alone = run(tmp_path, "token")
        assert "No ohdio is running here." in alone.stderr
        assert "`ohdio up --host 0.0.0.0`" in alone.stderr

        with directory:
            directory.announce(Instance(api.url, None, str(api.library_dir)))
            beside_one_without = run(tmp_path, "token")
        assert "asks for no token, as only this machine can reach it" in beside_one_without.stderr
        assert alone.stdout == beside_one_without.stdout != ""

    def test_is_the_one_that_the_running_ohdio_asks_for(
        self, api: Api, directory: DataDirectory, tmp_path: Path
    ) -> None:
        with directory:
            directory.announce(Instance(api.url, "set by a person", str(api.library_dir)))
            done = run(tmp_path, "token")
        assert done.stdout == "set by a person\n"
        assert "pages ask for this code" in done.stderr

    def test_that_is_kept_here_lets_into_a_gateway_on_this_machine(self, guarded_api: Api, tmp_path: Path) -> None:
        assert "asks for a token" in queue(tmp_path, OHDIO_API=guarded_api.url).stderr
        keep(tmp_path, token_of(guarded_api))
        done = queue(tmp_path, OHDIO_API=guarded_api.url)
        assert (done.returncode, done.stderr) == (0, "")

    def test_that_a_person_set_counts_more_than_the_one_that_is_kept(self, guarded_api: Api, tmp_path: Path) -> None:
        keep(tmp_path, token_of(guarded_api))
        done = queue(tmp_path, OHDIO_API=guarded_api.url, OHDIO_API_TOKEN="another")
        assert "does not know the token that it was given" in done.stderr

    def test_that_is_kept_here_is_sent_to_no_other_machine(self, tmp_path: Path) -> None:
        keep(tmp_path, "invented-token")
        assert _token_for("http://127.0.0.1:8000", tmp_path / "ohdio") == "invented-token"
        assert _token_for("http://nas.example:8000", tmp_path / "ohdio") is None


def token_of(api: Api) -> str:
    return str(api.http.headers["Authorization"]).removeprefix("Bearer ")


def keep(folder: Path, token: str) -> None:
    """Write a token where the data directory of the commands keeps it."""
    (folder / "ohdio").mkdir()
    (folder / "ohdio" / "token").write_text(token)
