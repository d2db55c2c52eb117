from __future__ import annotations

import fcntl
import os
import struct
import termios

import pytest

from ohdio_client.cli.output import books, length, print_error, print_line, size, terminal_width


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (None, "?"),
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (12_345, "12 kB"),
        (1_500_000, "1.5 MB"),
        (2.5e9, "2.5 GB"),
        (7e15, "7000 TB"),
    ],
)
def test_sizes_are_written_for_people(count: float | None, written: str) -> None:
    assert size(count) == written


class TestLines:
    LINE = "  Le phare: failed. https://stories.example/a-link-that-is-longer-than-the-terminal/is-wide gave no answer."

    @pytest.fixture
    def _narrow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "40")

    @pytest.mark.usefixtures("_narrow")
    def test_end_between_words_on_a_terminal_and_links_stay_whole(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        print_error(self.LINE, "", "One.\nTwo.")
        assert capsys.readouterr().err.splitlines() == [
            "  Le phare: failed.",
            "    https://stories.example/a-link-that-is-longer-than-the-terminal/is-wide",
            "    gave no answer.",
            "",
            "One.",
            "Two.",
        ]

    @pytest.mark.usefixtures("_narrow")
    def test_keep_their_indentation_though_their_first_word_is_too_long(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        link = "https://stories.example/a-link-that-is-longer-than-the-terminal/is-wide"
        print_line(f"    {link} (known)")
        assert capsys.readouterr().out.splitlines() == [f"    {link}", "      (known)"]

    @pytest.mark.usefixtures("_narrow")
    def test_are_as_long_as_they_are_anywhere_else(self, capsys: pytest.CaptureFixture[str]) -> None:
        print_line(self.LINE)
        assert capsys.readouterr().out == f"{self.LINE}\n"

    def test_do_not_end_inside_a_command(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "30")
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        print_line("It is told by `ohdio queue --status failed`, and goes on.")
        assert capsys.readouterr().out.splitlines() == [
            "It is told by",
            "  `ohdio queue --status failed`,",
            "  and goes on.",
        ]

    def test_are_as_wide_as_the_terminal_that_they_go_to(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("COLUMNS", raising=False)
        for width in (30, 50):
            ours, theirs = os.openpty()
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
            with os.fdopen(theirs, "w") as stream:
                assert terminal_width(stream) == width
            os.close(ours)


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(None, ""), (0.4, "0.4 s"), (20, "20 s"), (60, "0:01:00"), (59.7, "0:01:00"), (5400, "1:30:00")],
)
def test_lengths_are_written_for_people(seconds: float | None, written: str) -> None:
    assert length(seconds) == written


def test_one_book_is_not_books() -> None:
    assert (books(0), books(1), books(2)) == ("0 books", "1 book", "2 books")
