"""``ohdio get``: one command, from nothing to books."""

from __future__ import annotations

import signal
import stat
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.fixtures.command import Command
from tests.fixtures.effort import Pace
from tests.fixtures.folders import folder_of
from tests.fixtures.workers import wait_until
from tests.sites.catalogue import Catalogue, SimCategory, invent_book, invent_category
from tests.sites.client import SimOrigin

_GONE = invent_book(51_004, seconds=2, is_gone=True)
_BOOKS = (*(invent_book(number, seconds=2) for number in range(51_001, 51_004)), _GONE)
_WITH_A_GONE_ONE = Catalogue(books=_BOOKS, categories=(SimCategory(9002, "Presque tous", tuple(b.id for b in _BOOKS)),))


def category_of(origin: SimOrigin, catalogue: Catalogue) -> str:
    origin.offer(catalogue)
    return origin.category_url(catalogue.categories[0])


def folders(catalogue: Catalogue) -> set[str]:
    """The names of the books' folders."""
    return {folder_of(book).name for book in catalogue.books}


@pytest.mark.parametrize("work_dir", [None, "/dev/shm"], ids=["one disk", "another disk"])  # noqa: S108
def test_what_is_filed_has_the_rights_that_umask_leaves(
    ohdio: Command, origin: SimOrigin, work_dir: str | None
) -> None:
    link = category_of(origin, invent_category(1, seconds=1))
    with ExitStack() as stack:
        other = {}
        if work_dir is not None:
            other["WORK_DIR"] = stack.enter_context(TemporaryDirectory(dir=work_dir, prefix="ohdio-work-"))

        assert ohdio.run("get", link, UMASK="027", **other).returncode == 0

    (book,) = (path.parent for path in ohdio.library.rglob("*.mp3"))
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (book, book.parent)} == {0o750}
    assert {stat.S_IMODE(path.stat().st_mode) for path in book.iterdir()} == {0o640}


class TestExitCode:
    def test_zero_when_every_book_is_complete_and_the_second_time_nothing_is_fetched(
        self, new_ohdio: Command, origin: SimOrigin
    ) -> None:
        catalogue = invent_category(5, seconds=2)
        link = category_of(origin, catalogue)

        done = new_ohdio.run("get", link)

        assert done.returncode == 0
        assert new_ohdio.books() == folders(catalogue)
        assert f"5 books complete, in {new_ohdio.library}" in done.stdout
        assert origin.stats().media_bytes == origin.weight()
        assert new_ohdio.server_processes() == []

        origin.reset()
        again = new_ohdio.run("get", link)
        assert again.returncode == 0
        assert again.stdout == f"5 books already there, nothing fetched: complete, in {new_ohdio.library}\n"
        assert origin.stats().media_requests == 0

    @pytest.mark.full  # two minutes by nature
    @pytest.mark.timeout(300)
    def test_ends_when_nothing_is_left_but_a_wait_for_a_person(self, ohdio: Command, origin: SimOrigin) -> None:
        catalogue = invent_category(5, seconds=2)
        link = category_of(origin, catalogue)

        stuck = ohdio.start("get", link, MIN_DISK_SPACE_MB="900000000")
        told, _ = stuck.communicate(timeout=240)

        assert stuck.returncode == 1
        assert "5 books not complete" in told
        assert told.count("queued. Not enough free space") == 5
        assert "MIN_DISK_SPACE_MB" in told
        assert "Nothing else was left to do for two minutes." in told

        assert ohdio.run("get", link, MIN_DISK_SPACE_MB="1").returncode == 0
        assert ohdio.books() == folders(catalogue)

    def test_one_when_a_book_failed_which_is_named_and_tried_again_when_its_link_is_given_again(
        self, ohdio: Command, origin: SimOrigin
    ) -> None:
        link = category_of(origin, _WITH_A_GONE_ONE)
        done = ohdio.run("get", link)
        assert done.returncode == 1
        assert "3 books complete" in done.stdout
        assert f"{_GONE.title}: failed. OHdio does not have this" in done.stdout
        answer = ohdio.json("get", link)
        assert answer["library"] == str(ohdio.library)
        assert answer["complete"] == 3
        assert [item["audiobook"]["title"] for item in answer["not_complete"]] == [_GONE.title]

        assert ohdio.run("get", origin.book_url(_BOOKS[0])).returncode == 0

        restored = invent_book(_GONE.id, seconds=2)
        origin.offer(Catalogue(books=(*_BOOKS[:3], restored), categories=_WITH_A_GONE_ONE.categories))
        assert ohdio.run("get", link).returncode == 0
        assert ohdio.books() == folders(_WITH_A_GONE_ONE)

    def test_one_when_the_listing_cannot_be_read(self, ohdio: Command, origin: SimOrigin) -> None:
        origin.offer(Catalogue())
        done = ohdio.run("get", origin.category_url(SimCategory(404_404, "Rien", ())))

        assert done.returncode == 1
        assert "The scan of" in done.stdout
        assert "The scan of" not in done.stderr, "it is said once"

    @pytest.mark.parametrize(
        ("link", "said"),
        [
            ("https://ici.radio-canada.ca/ohdio/nothing", "Nothing here knows how to read"),
            ("https://open.spotify.com/show/0Invented", "never removes protection"),
            ("ftp://feeds.example/a.xml", "ftp://feeds.example/a.xml: The link does not begin with http"),
            ("https://someone:secret@feeds.example/a.xml", "https://…@feeds.example/a.xml: The link carries"),
            ("not a link", "not a link: The link has spaces"),
            ("", "'': The link is empty."),
        ],
    )
    def test_two_for_a_link_that_nobody_can_follow_before_anything_is_started(
        self, new_ohdio: Command, link: str, said: str
    ) -> None:
        done = new_ohdio.run("get", link)

        assert done.returncode == 2
        assert said in done.stderr
        assert "secret" not in done.stderr
        assert not new_ohdio.data.exists()


class TestBadLinks:
    def test_beside_good_ones_are_named_and_nothing_is_started(self, new_ohdio: Command, origin: SimOrigin) -> None:
        good = origin.book_url(_GONE)
        for command in ("get", "up"):
            done = new_ohdio.run(command, good, "nonsense")

            assert done.returncode == 2
            refused, conclusion = done.stderr.splitlines()
            assert refused.startswith("nonsense: The link does not begin with http")
            assert conclusion.startswith("Nothing was started for the other links either")
            assert not new_ohdio.data.exists()

    def test_are_also_those_that_cannot_become_what_is_wanted(self, new_ohdio: Command, origin: SimOrigin) -> None:
        done = new_ohdio.run("get", "--as-book", origin.category_url(_WITH_A_GONE_ONE.categories[0]))

        assert done.returncode == 2
        assert "Only a feed can become one book" in done.stderr
        assert not new_ohdio.data.exists()


class TestBadSettings:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            pytest.param("MAX_CONCURRENT_DOWNLOADS", "0", marks=pytest.mark.full),
            ("MAX_CONCURRENT_DOWNLOADS", "abc"),
            ("LIBRARY_DIR", "/proc/nowhere"),
            pytest.param("DATABASE_URL", "mysql://somewhere", marks=pytest.mark.full),
            ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),
            ("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:1/"),
            ("OHDIO_HOST_OVERRIDES", "nonsense"),
        ],
    )
    def test_are_named_in_one_line(self, ohdio: Command, origin: SimOrigin, name: str, value: str) -> None:
        done = ohdio.run("get", category_of(origin, _WITH_A_GONE_ONE), **{name: value})

        assert done.returncode == 2
        (line,) = done.stderr.splitlines()
        assert line.startswith(name)
        assert ohdio.server_processes() == []

    def test_as_options_are_named_as_they_were_given(self, ohdio: Command, origin: SimOrigin) -> None:
        done = ohdio.run("get", "--max", "0", category_of(origin, _WITH_A_GONE_ONE))

        assert done.returncode == 2
        assert done.stderr == "--max is wrong: it is '0'. At least 1 is expected.\n"

    def test_a_library_that_was_chosen_by_an_option_is_named_so(self, ohdio: Command, origin: SimOrigin) -> None:
        done = ohdio.run("get", "--library", "/proc/nowhere", category_of(origin, _WITH_A_GONE_ONE))

        assert done.returncode == 2
        assert done.stderr.startswith("--library is wrong: /proc/nowhere cannot be written to")

    def test_are_told_together_with_every_bad_link_settings_first(self, new_ohdio: Command) -> None:
        done = new_ohdio.run("get", "not a link", "ftp://feeds.example/", MAX_CONCURRENT_DOWNLOADS="0")

        assert done.returncode == 2
        setting, *links = done.stderr.splitlines()
        assert setting.startswith("MAX_CONCURRENT_DOWNLOADS is wrong")
        assert [link.partition(": ")[0] for link in links] == ["not a link", "ftp://feeds.example/"]
        assert not new_ohdio.data.exists()

    def test_are_told_in_the_language_of_the_terminal(self, ohdio: Command) -> None:
        done = ohdio.run("get", "ftp://feeds.example/", MAX_CONCURRENT_DOWNLOADS="0", LC_ALL="fr_CA.UTF-8")

        assert done.returncode == 2
        setting, link = done.stderr.splitlines()
        assert setting.startswith("MAX_CONCURRENT_DOWNLOADS n’est pas juste")
        assert "Le lien ne commence ni par" in link

    def test_a_data_directory_that_cannot_be_made_is_named(self, new_ohdio: Command, origin: SimOrigin) -> None:
        done = new_ohdio.run("get", "--data", "/proc/nowhere", category_of(origin, _WITH_A_GONE_ONE))

        assert done.returncode == 2
        assert "The data directory /proc/nowhere cannot be used" in done.stderr


class TestLibrary:
    def test_that_an_option_chose_is_used_again_until_something_else_is_said(
        self, ohdio: Command, origin: SimOrigin
    ) -> None:
        book, other = invent_book(53_001, seconds=2), invent_book(53_002, seconds=2)
        origin.offer(Catalogue(books=(book, other)))
        link = origin.book_url(book)
        chosen = ohdio.home / "chosen"
        first = ohdio.run("get", "--library", str(chosen), link, LIBRARY_DIR="")
        assert f"1 book complete, in {chosen}" in first.stdout

        origin.reset()
        later = ohdio.run("get", link, LIBRARY_DIR="")
        assert later.returncode == 0
        assert f"Books go to {chosen}, as --library said before." in later.stderr
        assert f"1 book already there, nothing fetched: complete, in {chosen}" in later.stdout
        assert origin.stats().media_requests == 0
        assert f"{chosen} can be written to" in ohdio.run("doctor", LIBRARY_DIR="").stdout

        overruled = ohdio.run("get", origin.book_url(other))
        assert f"as LIBRARY_DIR says; {chosen}, as --library said before" in overruled.stderr
        assert f"1 book complete, in {ohdio.library}" in overruled.stdout
        assert ohdio.books() == {folder_of(other).name}

    def test_that_does_not_have_a_book_gets_it_though_another_one_has(self, ohdio: Command, origin: SimOrigin) -> None:
        book = invent_book(53_004, seconds=2)
        origin.offer(Catalogue(books=(book,)))
        link = origin.book_url(book)
        first, second = ohdio.home / "first", ohdio.home / "second"
        for library in (first, second):
            done = ohdio.run("get", "--library", str(library), link, LIBRARY_DIR="")
            assert f"1 book complete, in {library}" in done.stdout
            assert list(library.rglob(f"{folder_of(book).name}/*.m*")) != []

        origin.reset()
        ohdio.run("get", "--library", str(first), link, LIBRARY_DIR="")
        assert origin.stats().media_requests == 0

        first.rename(ohdio.home / "unplugged")
        lost = ohdio.run("get", "--library", str(first), link, LIBRARY_DIR="")
        assert (lost.returncode, lost.stdout) == (1, "1 book complete, filed before\n")
        assert "has lost its hidden file" in lost.stderr

    @pytest.mark.parametrize("option", ["--library", "--data"])
    def test_without_a_name_is_refused_and_nothing_is_remembered(self, new_ohdio: Command, option: str) -> None:
        done = new_ohdio.run(
            "get", option, "", "https://ici.radio-canada.ca/ohdio/livres-audio/53001/a", LIBRARY_DIR=""
        )

        assert done.returncode == 2
        assert option in done.stderr
        assert "The name of the folder is empty." in done.stderr
        assert list(new_ohdio.home.iterdir()) == []

    def test_that_is_taken_away_during_the_first_download_is_waited_for(
        self, ohdio: Command, origin: SimOrigin
    ) -> None:
        book = invent_book(53_003, seconds=20)
        origin.offer(Catalogue(books=(book,)))
        origin.hold(after_bytes=60_000)
        running = ohdio.start("get", origin.book_url(book))
        origin.wait_for_in_flight(1, timeout=30)
        _wait_for_partial_files(ohdio.library, 50_000)
        away = ohdio.library.rename(ohdio.home / "away")
        origin.release()

        # The command asks for what runs and for what waits; a book that goes from one to the other may be in neither.
        wait_until(
            lambda: "is gone" in str([item["wait_reason"] for item in ohdio.json("queue")["items"]]), 20, "it says so"
        )
        assert not ohdio.library.exists()
        assert f"The library {ohdio.library} is gone" in ohdio.run("doctor").stdout
        assert not ohdio.library.exists()
        away.rename(ohdio.library)

        out, _ = running.communicate(timeout=40)
        assert f"1 book complete, in {ohdio.library}" in out
        assert origin.stats().media_bytes <= 1.05 * origin.weight()


class TestInterrupted:
    def test_killed_in_the_middle_it_goes_on_from_there(self, ohdio: Command, origin: SimOrigin) -> None:
        catalogue = invent_category(6, seconds=20)
        link = category_of(origin, catalogue)
        origin.hold(after_bytes=60_000)
        running = ohdio.start("get", link)
        origin.wait_for_in_flight(3, timeout=30)
        _wait_for_partial_files(ohdio.library, 3 * 50_000)
        running.kill()
        running.wait()
        wait_until(lambda: ohdio.server_processes() == [], 10, "the database has ended with its owner")
        origin.release()

        assert ohdio.run("get", link).returncode == 0

        assert ohdio.books() == folders(catalogue)
        assert origin.stats().media_bytes <= 1.05 * origin.weight()
        assert ohdio.server_processes() == []

    def test_by_a_person_it_ends_in_order_and_says_how_to_go_on(self, ohdio: Command, origin: SimOrigin) -> None:
        link = category_of(origin, invent_category(4, seconds=20))
        origin.hold(after_bytes=60_000)
        running = ohdio.start("get", link)
        origin.wait_for_in_flight(3, timeout=30)
        _wait_for_partial_files(ohdio.library, 3 * 50_000)

        with Pace() as pace:
            asked_at = time.monotonic()
            running.send_signal(signal.SIGINT)
            _, said = running.communicate(timeout=60)
            took = time.monotonic() - asked_at

        assert took < pace.stretched(6)
        assert running.returncode == 130
        assert "Running the same command again goes on where it stopped." in said
        assert "Traceback" not in said
        assert ohdio.server_processes() == []
        origin.release()
        assert ohdio.run("get", link).returncode == 0
        assert origin.stats().media_bytes <= 1.05 * origin.weight()


def _wait_for_partial_files(library: Path, size: int) -> None:
    """Wait until so many bytes of unfinished books are on disk."""
    work = library / ".ohdio-work"
    wait_until(
        lambda: sum(path.stat().st_size for path in work.rglob("*") if path.is_file()) >= size,
        20,
        f"{size} bytes of unfinished books on disk",
    )
