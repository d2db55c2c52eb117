from __future__ import annotations

import pytest

from ohdio.cli.output import books, print_error, print_line, size


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
    def test_are_as_long_as_they_are_anywhere_else(self, capsys: pytest.CaptureFixture[str]) -> None:
        print_line(self.LINE)
        assert capsys.readouterr().out == f"{self.LINE}\n"


def test_one_book_is_not_books() -> None:
    assert (books(0), books(1), books(2)) == ("0 books", "1 book", "2 books")
