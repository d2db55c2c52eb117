from __future__ import annotations

import pytest

from ohdio_client.cli.table import print_table

LINK = "https://stories.example/feed.xml#item=0011223344556677"
REASON = "It waits; see `ohdio queue --status failed` for all of them."


class Printing:
    """What a table is printed as on a terminal so wide."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, width: int, *rows: tuple[str, ...]) -> list[str]:
        self._monkeypatch.setenv("COLUMNS", str(width))
        self._monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        print_table(("title", "link"), rows)
        return self._capsys.readouterr().out.splitlines()


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Printing:
    return Printing(capsys, monkeypatch)


class TestOnATerminal:
    def test_titles_are_broken_and_links_are_not(self, printed: Printing) -> None:
        lines = printed(80, ("The lamp in the harbour and what became of those who kept it", LINK))
        assert len(lines) > 2
        assert max(map(len, lines)) <= 80
        assert sum(LINK in line for line in lines) == 1

    def test_commands_are_not_broken(self, printed: Printing) -> None:
        lines = printed(50, ("The lamp in the harbour", REASON))
        assert sum("`ohdio queue --status failed`" in line for line in lines) == 1
        assert max(map(len, lines)) <= 50

    def test_what_has_no_place_side_by_side_stands_below(self, printed: Printing) -> None:
        lines = printed(60, ("The lamp", LINK), ("The keeper", LINK))
        assert lines == ["The lamp", f"  {LINK}", "The keeper", f"  {LINK}"]


def test_anywhere_else_each_row_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("title", "link"), [("The lamp in the harbour " * 10, LINK), ("夜の本", REASON)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("夜の本 ")
