"""``ohdio up``, and the commands that talk to it."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from devservers.ports import free_ports
from ohdio_api.first_visit import first_code
from tests.fixtures.command import Command
from tests.fixtures.workers import wait_until
from tests.sites.catalogue import Catalogue, invent_book, invent_category
from tests.sites.client import SimOrigin

Up = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def up(ohdio: Command) -> Up:
    """Starts ``ohdio up`` and returns when it answers."""

    def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        process = ohdio.start("up", "--port", str(free_ports(1)[0]), *arguments, **environment)
        wait_until((ohdio.data / "instance.json").exists, 30, "ohdio up is ready")
        return process

    return start


def follow(process: subprocess.Popen[str], lines: list[str]) -> None:
    assert process.stdout is not None
    lines.extend(process.stdout)


class TestUp:
    def test_serves_its_commands_and_a_get_meanwhile_until_it_is_ended(
        self, ohdio: Command, origin: SimOrigin, up: Up
    ) -> None:
        catalogue = invent_category(3, seconds=2)
        origin.offer(catalogue)
        link = origin.category_url(catalogue.categories[0])
        running = up()

        assert ohdio.json("limit", "2")["max_concurrent_downloads"] == 2
        assert ohdio.json("limit")["max_concurrent_downloads"] == 2
        assert ohdio.json("pause")["is_paused"] is True
        (added,) = ohdio.json("add", link)["results"]
        assert (added["kind"], added["state"]) == ("category", "accepted")
        wait_until(lambda: ohdio.json("queue")["stats"]["queued"] == 3, 20, "three books wait")
        shown = ohdio.run("queue").stdout
        assert "waiting: all downloads are paused" in shown
        assert "`ohdio resume` lets them go on" in shown
        assert origin.stats().media_requests == 0
        ohdio.run("resume")

        # The running one does the work, its own way.
        kept = ohdio.run("get", "--max", "5", "--library", str(ohdio.home / "elsewhere"), link)
        assert kept.returncode == 0
        (notice,) = (line for line in kept.stderr.splitlines() if "keeps" in line)
        assert "its own limit of 2 at once (`ohdio limit 5` changes it)" in notice
        assert f"its own library, {ohdio.library}" in notice
        assert f"3 books already there, nothing fetched: complete, in {ohdio.library}" in kept.stdout
        assert ohdio.json("limit")["max_concurrent_downloads"] == 2
        assert "keeps" not in ohdio.run("get", "--max", "2", link).stderr
        assert origin.stats().peak <= 2
        assert ohdio.json("watch")["stats"]["completed"] == 3
        books = ohdio.json("library")["items"]
        assert all((ohdio.library / book["library_path"]).is_dir() for book in books)
        assert len(books) == 3
        assert ohdio.run("doctor").returncode == 0
        second = ohdio.run("up", "--port", str(free_ports(1)[0]))
        assert second.returncode == 2
        assert f"Another ohdio is using {ohdio.data}" in second.stderr
        assert running.poll() is None

        running.send_signal(signal.SIGTERM)
        said, logged = running.communicate(timeout=15)
        assert running.returncode == 0
        assert f"Books go to {ohdio.library}.\n" in said
        assert "Found 3 books in" in said
        assert logged == ""
        assert "ohdio_" in (ohdio.data / "ohdio.log").read_text()
        assert ohdio.server_processes() == []
        assert "No ohdio is running here" in ohdio.run("queue").stderr

    @pytest.mark.full  # integration/command/test_wishes.py shows the same over the API
    def test_takes_the_good_links_and_says_which_one_is_refused(
        self, ohdio: Command, origin: SimOrigin, up: Up
    ) -> None:
        book = invent_book(52_004, seconds=2)
        origin.offer(Catalogue(books=(book,)))
        up()

        adding = ohdio.run("add", origin.book_url(book), "nonsense")

        assert adding.returncode == 2
        assert "/52004: added" in adding.stdout
        assert "nonsense: refused" in adding.stdout
        assert "1 of 2 links refused; the others are taken." in adding.stderr

    @pytest.mark.full  # integration/command/test_retry.py shows the same over the API
    def test_retries_what_failed_when_it_is_told_to(self, ohdio: Command, origin: SimOrigin, up: Up) -> None:
        gone = invent_book(52_001, seconds=2, is_gone=True)
        origin.offer(Catalogue(books=(gone,)))
        up(origin.book_url(gone))
        wait_until(lambda: ohdio.json("queue")["stats"]["failed"] == 1, 20, "it has failed")
        assert "OHdio does not have this" in ohdio.run("queue", "--status", "failed").stdout

        origin.offer(Catalogue(books=(invent_book(52_001, seconds=2),)))
        number = str(ohdio.json("queue")["items"][0]["id"])
        retried = ohdio.run("retry", "99999", number)
        assert retried.returncode == 1
        assert retried.stdout.startswith("Trying again: 1 book.\n")
        assert retried.stderr.startswith("There is no book 99999 in the queue")

        wait_until(lambda: ohdio.json("queue")["stats"]["completed"] == 1, 20, "it is complete")
        too_late = ohdio.run("pause", "--json", number)
        assert too_late.returncode == 1
        assert json.loads(too_late.stdout)["changed"] == 0
        assert "this item is completed" in too_late.stderr
        assert ohdio.json("retry")["changed"] == 0

    def test_tells_of_a_scan_that_fails_until_it_is_retried_or_forgotten(
        self, ohdio: Command, origin: SimOrigin, up: Up
    ) -> None:
        catalogue = invent_category(2, seconds=2)
        link = origin.category_url(catalogue.categories[0])
        running = up(link)
        terminal: list[str] = []
        reader = threading.Thread(target=follow, args=(running, terminal), daemon=True)
        reader.start()
        wait_until(lambda: scans_of(ohdio) == ["failed"], 20, "the scan has failed")
        wait_until(lambda: f"The scan of {link} failed: " in "".join(terminal), 10, "the terminal says so")

        shown, watched = ohdio.run("queue").stdout, ohdio.run("watch").stdout
        for said in (shown, watched):
            assert f"The scan of {link} failed: " in said
        assert "`ohdio retry` lets scans that failed go on" in shown

        origin.offer(catalogue)
        assert ohdio.run("retry").stdout == "Trying again: 1 scan.\n"
        wait_until(lambda: ohdio.json("queue")["stats"]["completed"] == 2, 20, "its books are complete")
        assert scans_of(ohdio) == []
        # It went on in the same scan, which is told of again.
        wait_until(lambda: "Found 2 books in" in "".join(terminal), 10, "the terminal says that it is complete")
        wait_until(lambda: "Books: 2 of 2 complete." in "".join(terminal), 10, "the terminal counts the books")

        origin.offer(Catalogue())
        ohdio.run("add", link)
        wait_until(lambda: scans_of(ohdio) == ["failed"], 20, "another scan has failed")
        assert ohdio.run("remove", link, "--yes").stdout == "1 scan removed.\n"
        assert scans_of(ohdio) == []
        running.send_signal(signal.SIGTERM)
        assert running.wait(15) == 0
        reader.join()

    def test_beyond_this_machine_asks_for_the_token_of_its_data_directory(self, ohdio: Command, up: Up) -> None:
        token = ohdio.json("token")["token"]
        assert stat.S_IMODE((ohdio.data / "token").stat().st_mode) == 0o600
        running = up("--host", "0.0.0.0", OHDIO_PUBLIC_URL="http://nas.example:8000")
        url = json.loads((ohdio.data / "instance.json").read_text())["url"]

        elsewhere = str(ohdio.home / "of-another-machine")
        refused = ohdio.run("queue", "--api", url, XDG_DATA_HOME=elsewhere)
        assert refused.returncode == 2
        assert "asks for a token" in refused.stderr
        assert ohdio.run("queue", "--api", url, XDG_DATA_HOME=elsewhere, OHDIO_API_TOKEN=token).returncode == 0
        assert ohdio.run("queue").returncode == 0, "its own machine knows the token"
        running.send_signal(signal.SIGTERM)
        said, _ = running.communicate(timeout=15)
        port = url.rpartition(":")[2]
        assert said.startswith("ohdio is running on http://nas.example:8000\n")
        assert f"Other machines can reach it too, at port {port} of any address of this machine" in said
        assert "programs need the token that `ohdio token` prints" in said
        code = first_code(token)
        assert f"pages ask for this code: {code[:3]} {code[3:]}." in said

    @pytest.mark.full  # integration/command/test_connection.py shows the same of its note
    def test_that_was_killed_is_no_running_one(self, ohdio: Command, up: Up) -> None:
        killed = up()
        killed.kill()
        killed.wait()

        left = ohdio.run("queue")

        assert left.returncode == 2
        assert "No ohdio is running here: start it with `ohdio up`" in left.stderr

    def test_a_port_that_is_taken_is_named(self, ohdio: Command, origin: SimOrigin) -> None:
        done = ohdio.run("up", "--port", str(origin.port))

        assert done.returncode == 2
        assert f"--port {origin.port} cannot be used on 127.0.0.1: Address already in use." in done.stderr
        assert ohdio.server_processes() == []


def scans_of(ohdio: Command) -> list[str]:
    """The states of the scans that `ohdio queue` shows."""
    return [scan["status"] for scan in ohdio.json("queue")["scans"]]


@pytest.mark.full  # TestGetUnderAPause shows the same of one that waits
def test_a_get_goes_on_by_itself_when_the_one_that_did_its_work_ends(ohdio: Command, origin: SimOrigin, up: Up) -> None:
    catalogue = invent_category(3, seconds=20)
    origin.offer(catalogue)
    origin.hold(after_bytes=60_000)
    running = up()
    waiting = ohdio.start("get", origin.category_url(catalogue.categories[0]))
    origin.wait_for_in_flight(3, timeout=30)

    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=15) == 0
    origin.release()

    out, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, err
    assert "3 books complete" in out


class TestGetUnderAPause:
    def test_says_what_ends_it_and_leaves_it_to_whoever_paused(self, ohdio: Command, origin: SimOrigin, up: Up) -> None:
        book = invent_book(52_007, seconds=2)
        origin.offer(Catalogue(books=(book,)))
        running = up()
        ohdio.run("pause")
        waiting = ohdio.start("get", origin.book_url(book))
        wait_until(lambda: ohdio.json("queue")["stats"]["queued"] == 1, 20, "the book waits")

        # It takes over, and knows that somebody paused meanwhile.
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=15) == 0
        wait_until(lambda: "waiting: all downloads are paused" in ohdio.run("queue").stdout, 30, "it waits on")
        assert ohdio.run("resume").stdout == "Downloads go on.\n"

        out, err = waiting.communicate(timeout=30)
        assert "1 book complete" in out
        assert err.count("All downloads are paused: `ohdio resume` lets them go on.") == 2

    def test_that_was_forgotten_lifts_it_when_it_does_the_work_itself(
        self, ohdio: Command, origin: SimOrigin, up: Up
    ) -> None:
        book = invent_book(52_008, seconds=2)
        origin.offer(Catalogue(books=(book,)))
        running = up()
        ohdio.run("pause")
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=15) == 0

        done = ohdio.run("get", origin.book_url(book))

        assert done.returncode == 0
        assert "All downloads were paused; now they go on." in done.stderr


def test_a_get_whose_book_is_paused_ends_and_says_what_lets_it_go_on(ohdio: Command, origin: SimOrigin, up: Up) -> None:
    book = invent_book(52_009, seconds=2)
    origin.offer(Catalogue(books=(book,)))
    up()
    ohdio.run("pause")
    ohdio.run("add", origin.book_url(book))
    number = ohdio.json("queue")["items"][0]["id"]
    ohdio.run("pause", str(number))

    done = ohdio.run("get", origin.book_url(book))

    assert done.returncode == 1
    assert f"{book.title}: paused. You paused it: `ohdio resume {number}` lets it go on." in done.stdout


def test_nobody_there_is_a_sentence(new_ohdio: Command) -> None:
    done = new_ohdio.run("queue", "--api", "http://127.0.0.1:1")

    assert done.returncode == 2
    assert done.stderr.startswith("Nobody answers at http://127.0.0.1:1")


@pytest.mark.parametrize("address", ["foo", "http://", "127.0.0.1:0", "ftp://127.0.0.1:8000"])
def test_an_address_that_is_none_is_named_as_it_was_given(new_ohdio: Command, address: str) -> None:
    by_option, by_variable = new_ohdio.run("queue", "--api", address), new_ohdio.run("queue", OHDIO_API=address)

    assert by_option.returncode == by_variable.returncode == 2
    assert by_option.stderr.startswith(f"--api is wrong: it is '{address}'.")
    assert by_variable.stderr.startswith(f"OHDIO_API is wrong: it is '{address}'.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("limit", "0"), "'N': '0' is not a whole number, 1 or more."),
        (("queue", "--limit", "many"), "'--limit': 'many' is not a whole number, 1 or more."),
        (
            ("queue", "--status", "lost"),
            "'--status': 'lost' is not possible here; choose queued, processing, paused, completed or failed.",
        ),
        (("priority", "two", "1"), "'N': 'two' is not a whole number from 0 to 100."),
        (("priority", "101", "1"), "'N': '101' is not a whole number from 0 to 100."),
        (("up", "--port", "99999"), "--port is wrong: it is '99999'. At most 65535 is expected."),
    ],
)
def test_a_wrong_option_is_a_sentence_that_names_it(new_ohdio: Command, arguments: tuple[str, ...], said: str) -> None:
    done = new_ohdio.run(*arguments)

    assert done.returncode == 2
    assert said in done.stderr


def test_an_api_that_is_none_of_ours_is_a_sentence(new_ohdio: Command, origin: SimOrigin) -> None:
    done = new_ohdio.run("queue", "--api", origin.url)

    assert done.returncode == 2
    assert "is not ohdio" in done.stderr


def test_the_doctor_names_what_is_wrong(ohdio: Command, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = ohdio.run("doctor", "--json", LIBRARY_DIR=str(tmp_path / "file"))

    assert done.returncode == 1
    (problem,) = [check for check in json.loads(done.stdout)["checks"] if not check["ok"]]
    assert problem["name"] == "library"
    assert str(tmp_path / "file") in problem["detail"]


def test_the_doctor_names_a_variable_that_is_misspelt(ohdio: Command) -> None:
    done = ohdio.run("doctor", MAX_CONCURENT_DOWNLOADS="9")

    assert done.returncode == 0
    assert "there is no such setting: MAX_CONCURRENT_DOWNLOADS is meant, perhaps" in done.stdout
    assert "no such setting" not in ohdio.run("doctor").stdout


def test_the_doctor_sees_that_the_reserve_of_disk_space_lets_nothing_be_downloaded(ohdio: Command) -> None:
    done = ohdio.run("doctor", MIN_DISK_SPACE_MB="1000000000")

    assert done.returncode == 1
    (problem,) = [line for line in done.stdout.splitlines() if line.startswith("PROBLEM")]
    assert "free, and MIN_DISK_SPACE_MB keeps 1,000,000,000 MiB free" in problem


def test_the_doctor_knows_a_reserve_of_disk_space_that_was_changed_while_ohdio_ran(ohdio: Command, up: Up) -> None:
    running = up(MIN_DISK_SPACE_MB="")
    assert ohdio.run("settings", "set", "min_disk_space_mb", "1000000000").returncode == 0
    assert "keeps 1,000,000,000 MiB free" in ohdio.run("doctor").stdout

    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=15)

    assert "keeps 1,000,000,000 MiB free" in ohdio.run("doctor", MIN_DISK_SPACE_MB="").stdout
    # What a start is given counts first.
    assert ohdio.run("doctor", MIN_DISK_SPACE_MB="1").returncode == 0


def test_the_doctor_sees_that_the_library_that_is_remembered_is_not_mounted(ohdio: Command, origin: SimOrigin) -> None:
    book = invent_book(52_006, seconds=2)
    origin.offer(Catalogue(books=(book,)))
    disk = ohdio.home / "disk"
    assert ohdio.run("get", "--library", str(disk), origin.book_url(book), LIBRARY_DIR="").returncode == 0
    assert ohdio.run("doctor", LIBRARY_DIR="").returncode == 0
    disk.rename(ohdio.home / "unplugged")

    done = ohdio.run("doctor", LIBRARY_DIR="")

    assert done.returncode == 1
    assert f"PROBLEM library: The library {disk} is gone" in done.stdout
    assert not disk.exists()
    disk.mkdir()
    assert "has lost its hidden file" in ohdio.run("doctor", LIBRARY_DIR="").stdout
