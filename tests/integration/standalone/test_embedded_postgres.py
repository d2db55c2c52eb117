from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from ohdio.postgres import EmbeddedPostgres, PostgresUnavailable
from ohdio.postgres.postmaster import find_postmaster, processes_in
from tests.fixtures.workers import wait_until


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory for one server, of which nothing is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="ohdio-embedded-") as made:
        yield Path(made) / "postgres"
        for data in Path(made).rglob("PG_VERSION"):
            for pid in processes_in(data.parent):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """What a server leaves behind that was there once, to be copied: a tenth of its first start's work."""
    with tempfile.TemporaryDirectory(prefix="ohdio-embedded-") as once:
        with EmbeddedPostgres(Path(once) / "postgres"):
            pass
        yield Path(once) / "postgres"


@pytest.fixture
def used(directory: Path, made: Path) -> Path:
    """A directory whose server was there before, and has said nothing."""
    subprocess.run(["cp", "-a", made, directory], check=True)  # with its owners, as root
    (directory / "postgres.log").unlink()
    return directory


#: The number of a user that nobody has.
NOBODY = 54321
#: Runs a command as such a user, who may read whatever root may: this checkout can be anywhere.
NAMELESS = [
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    # The last: access(2) would forget the capability otherwise.
    *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "--securebits=+no_setuid_fixup"),
]


def ask(server: EmbeddedPostgres, question: str) -> str:
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
        return "" if row is None else str(row[0])


def pid_of(directory: Path) -> int:
    postmaster = find_postmaster(directory / "data")
    assert postmaster is not None
    return postmaster.pid


class TestLife:
    def test_data_outlive_a_stop_and_no_process_does(self, used: Path) -> None:
        with EmbeddedPostgres(used) as server, psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        assert processes_in(used / "data") == []

        with EmbeddedPostgres(used) as server:
            assert ask(server, "SELECT answer FROM kept") == "42"

    def test_it_is_durable_and_listens_to_nobody_else(self, directory: Path) -> None:
        with EmbeddedPostgres(directory) as server:
            assert ask(server, "SHOW fsync") == "on"
            assert ask(server, "SHOW synchronous_commit") == "on"
            assert ask(server, "SHOW listen_addresses") == ""

    @pytest.mark.parametrize(
        "name",
        [
            "with space, comma 'and' \"quotes\"",
            pytest.param("été", marks=pytest.mark.full),
            pytest.param("l" * 200, marks=pytest.mark.full),
        ],
    )
    def test_any_path_will_do(self, directory: Path, name: str) -> None:
        with EmbeddedPostgres(directory / name) as server:
            assert ask(server, "SHOW data_directory") == str(directory / name / "data")

    def test_stopping_twice_is_stopping_once(self, used: Path) -> None:
        server = EmbeddedPostgres(used).start()
        server.stop()
        server.stop()

    def test_stopping_one_that_nobody_waited_for_leaves_no_process(self, used: Path) -> None:
        server = EmbeddedPostgres(used)
        server.launch()
        server.stop()
        wait_until(lambda: processes_in(used / "data") == [], 10, "the server has ended")


class TestAfterACrash:
    def test_of_its_owner_it_ends_by_itself_and_nothing_is_lost(self, used: Path) -> None:
        owner = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("owner.py")), str(used)], stdout=subprocess.PIPE
        )
        with owner:
            assert owner.stdout is not None
            assert owner.stdout.readline() == b"ready\n"
            owner.kill()

        wait_until(lambda: processes_in(used / "data") == [], 10, "the server has ended")
        assert "shut down" in (used / "postgres.log").read_text()
        with EmbeddedPostgres(used) as server:
            assert ask(server, "SELECT 1") == "1"

    def test_of_an_owner_that_left_it_running_it_is_ended_and_started_anew(self, used: Path) -> None:
        earlier = EmbeddedPostgres(used).start()
        left = pid_of(used)
        with psycopg.connect(earlier.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

        with EmbeddedPostgres(used) as server:
            assert pid_of(used) != left
            assert ask(server, "SELECT answer FROM kept") == "42"
        assert processes_in(used / "data") == []
        earlier.stop()

    def test_of_the_server_it_starts_again(self, used: Path) -> None:
        crashed = EmbeddedPostgres(used).start()
        with psycopg.connect(crashed.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        os.kill(pid_of(used), signal.SIGKILL)

        with EmbeddedPostgres(used) as server:
            assert ask(server, "SELECT answer FROM kept") == "42"
        crashed.stop()

    def test_its_last_words_outlive_the_next_start(self, directory: Path) -> None:
        log = directory / "postgres.log"
        directory.mkdir()
        log.write_text("died of this\n")
        with EmbeddedPostgres(directory):
            pass
        assert log.read_text().startswith("died of this\n")

        log.write_text("before\n" * 150_000)
        with EmbeddedPostgres(directory):
            pass
        assert (directory / "postgres.log.1").read_text().startswith("before\n")
        assert not log.read_text().startswith("before\n")

    def test_a_process_number_that_is_another_process_by_now_does_not_stop_it(self, used: Path) -> None:
        with EmbeddedPostgres(used):
            lines = (used / "data" / "postmaster.pid").read_text().splitlines()
        stale = [str(os.getppid()), *lines[1:]]
        for lock in (used / "data" / "postmaster.pid", used / ".s.PGSQL.5432.lock"):
            lock.write_text("\n".join(stale) + "\n")

        with EmbeddedPostgres(used) as server:
            assert ask(server, "SELECT 1") == "1"

    def test_a_server_that_is_slow_to_end_is_hurried(self, used: Path) -> None:
        earlier = EmbeddedPostgres(used).start()
        ending = pid_of(used)
        # The smart way, which waits for clients, and this one stays.
        with psycopg.connect(earlier.url):
            os.kill(ending, signal.SIGTERM)
            with EmbeddedPostgres(used) as server:
                assert pid_of(used) != ending
                assert ask(server, "SELECT 1") == "1"
        earlier.stop()

    def test_a_half_made_cluster_is_made_anew(self, directory: Path) -> None:
        (directory / "data.new" / "base").mkdir(parents=True)
        (directory / "data.new" / "PG_VERSION").write_text("18\n")

        with EmbeddedPostgres(directory) as server:
            assert ask(server, "SELECT 1") == "1"


class TestAUserWithoutAName:
    """As containers have them: a number that is in no ``/etc/passwd``."""

    @pytest.fixture(autouse=True)
    def own(self, directory: Path) -> None:
        """Make the place of the server one that such a user may write to."""
        os.chown(directory.parent, NOBODY, NOBODY)

    def test_it_starts_and_ends_as_for_any_other(self, directory: Path) -> None:
        owner = subprocess.Popen(
            [*NAMELESS, sys.executable, str(Path(__file__).with_name("owner.py")), str(directory)],
            stdout=subprocess.PIPE,
        )
        with owner:
            assert owner.stdout is not None
            assert owner.stdout.readline() == b"ready\n"
            assert sorted(path.name for path in directory.iterdir() if path.is_dir()) == ["data"]
            owner.kill()

        wait_until(lambda: processes_in(directory / "data") == [], 10, "the server has ended")

    def test_without_nss_wrapper_a_sentence_says_what_to_do(self, directory: Path) -> None:
        program = """
import sys
from pathlib import Path
from ohdio.postgres import EmbeddedPostgres, PostgresUnavailable, named_user
named_user._LIBRARY = "libmissing.so"
try:
    EmbeddedPostgres(Path(sys.argv[1])).start()
except PostgresUnavailable as error:
    sys.exit(str(error))
"""
        done = subprocess.run(
            [*NAMELESS, sys.executable, "-c", program, str(directory)], capture_output=True, text=True, check=False
        )

        assert "has no name in /etc/passwd" in done.stderr
        assert "libnss-wrapper" in done.stderr


class TestRefusals:
    def test_data_of_another_version_are_left_alone(self, directory: Path) -> None:
        (directory / "data").mkdir(parents=True)
        (directory / "data" / "PG_VERSION").write_text("9\n")

        with pytest.raises(PostgresUnavailable, match="was made by PostgreSQL 9"):
            EmbeddedPostgres(directory).start()

    def test_a_file_in_the_place_of_its_folder_is_named(self, directory: Path) -> None:
        directory.write_text("mine")
        with pytest.raises(PostgresUnavailable, match=f"{directory} is in the way"):
            EmbeddedPostgres(directory).start()
        assert directory.read_text() == "mine"

    def test_damaged_data_are_a_sentence(self, directory: Path) -> None:
        (directory / "data").mkdir(parents=True)

        with pytest.raises(PostgresUnavailable, match="cannot be read"):
            EmbeddedPostgres(directory).start()

    def test_what_postgresql_says_is_passed_on(self, used: Path) -> None:
        with EmbeddedPostgres(used):
            pass
        (used / "data" / "global" / "pg_control").unlink()

        with pytest.raises(PostgresUnavailable, match="ended while starting") as refusal:
            EmbeddedPostgres(used).start()
        assert "pg_control" in str(refusal.value)
        assert "ready to accept connections" not in str(refusal.value), "nothing of an earlier start"
