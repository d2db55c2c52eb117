from __future__ import annotations

from pathlib import Path

import pytest

from ohdio_client.cli.hints import hint_for
from ohdio_client.cli.submission_lines import result_line
from ohdio_core.schemas.submissions import SubmissionResult, SubmissionState


def test_a_file_is_read_by_another_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my feeds.opml").touch()
    monkeypatch.chdir(tmp_path)
    said = hint_for("my feeds.opml")
    assert str(said) == "It is a file: `ohdio add --file 'my feeds.opml'` adds the links in it."


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "ftp://books.example/1",
        "mailto:a@books.example",
        "/no/such",
        "spotify.com",
        "..",
        "x" * 5000,
        "x" * 5000 + "/",
    ],
)
def test_nothing_is_guessed_of_anything_else(text: str) -> None:
    assert hint_for(text) is None


def refused(url: str, detail: str) -> SubmissionResult:
    return SubmissionResult(
        url=url, kind=None, id=None, state=SubmissionState.REFUSED, detail=detail, detail_message=None
    )


def test_no_link_at_all_is_shown_as_one() -> None:
    assert result_line(refused("", "The link is empty.")) == "'': refused. The link is empty."


def test_words_are_searched() -> None:
    line = result_line(refused("le phare", "It is no link."))
    assert line == "le phare: refused. It is no link. `ohdio search 'le phare'` looks for words."


def test_where_nothing_runs_yet_it_is_said_what_the_command_needs() -> None:
    said = hint_for("le phare", is_running=False)
    assert str(said) == "`ohdio search 'le phare'` looks for words, while `ohdio up` runs."
