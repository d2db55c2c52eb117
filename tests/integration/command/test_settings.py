"""``ohdio settings``, run as a process that talks to a running API."""

from __future__ import annotations

import json

import pytest

from tests.fixtures.api import Api
from tests.integration.command.running import ohdio, on_a_terminal


def test_shows_each_setting_and_where_its_value_comes_from(guarded_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OHDIO_API_TOKEN", "a-secret-of-the-test")
    said = ohdio(guarded_api, "settings").stdout
    rows = {line.split()[0]: line.split() for line in said.splitlines() if line}
    assert rows["min_disk_space_mb"] == ["min_disk_space_mb", "1000", "MiB", "default", "MIN_DISK_SPACE_MB"]
    assert rows["api_token"] == ["api_token", "(secret)", "environment", "OHDIO_API_TOKEN"]
    assert "a-secret-of-the-test" not in said
    assert "`ohdio settings set NAME VALUE` changes these while ohdio runs: " in said


LONG = "Shelf/2 (" + "someone of this house, " * 16 + ")"


def test_stand_by_what_they_are_about_with_long_values_cut(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ohdio(api, "settings", "set", "user_agent", LONG)
    monkeypatch.setenv("COLUMNS", "400")
    lines = on_a_terminal(api, "settings", answer="")[1].replace("\r", "").splitlines()
    first = [line.partition("  ")[0] for line in lines if line]
    assert first[:4] == ["Downloads and speed", "speed_limit_kb", "download_hours", "max_concurrent_downloads"]
    order = [first.index(title) for title in ("Library and names", "Disk", "Following", "Sources and network")]
    assert order == sorted(order)
    assert first.index("aws_region") > first.index("book_names")
    assert max(len(line) for line in lines if not line.startswith("`")) < 140
    assert "`ohdio settings --json` has the values whole that are cut here." in lines
    found = {each["name"]: each for each in json.loads(ohdio(api, "settings", "--json").stdout)["items"]}
    assert found["user_agent"]["value"] == LONG


def test_are_whole_where_a_script_reads_them(api: Api) -> None:
    ohdio(api, "settings", "set", "user_agent", LONG)
    said = ohdio(api, "settings").stdout
    assert LONG in said
    assert "cut here" not in said


def test_have_one_line_each_on_a_usual_terminal(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ohdio(api, "settings", "set", "user_agent", LONG)
    code, shown = on_a_terminal(api, "settings", answer="")
    table = shown.replace("\r", "").partition("`ohdio settings set")[0].splitlines()
    assert (code, max(map(len, table)) <= 80) == (0, True)
    every = json.loads(ohdio(api, "settings", "--json").stdout)["items"]
    lines = {line.split()[0]: line for line in table if line}
    assert [each["name"] for each in every if not lines[each["name"]].endswith(f" {each['variable']}")] == []


def test_changes_one_by_its_name_or_variable_and_returns_it_to_its_default(api: Api) -> None:
    assert ohdio(api, "settings", "set", "page_interval", "2.5").stdout == "page_interval: 2.5 s.\n"
    assert ohdio(api, "settings", "set", "OHDIO_USER_AGENT", "Shelf/2").stdout == "user_agent: Shelf/2.\n"
    found = {each["name"]: each for each in json.loads(ohdio(api, "settings", "--json").stdout)["items"]}
    assert (found["page_interval"]["value"], found["page_interval"]["source"]) == (2.5, "database")
    assert found["user_agent"]["value"] == "Shelf/2"
    assert ohdio(api, "settings", "reset", "page_interval").stdout == "page_interval: 0.5 s, its default.\n"


def test_a_blank_is_the_default_again_by_the_one_sign_for_no_value(api: Api) -> None:
    ohdio(api, "settings", "set", "download_hours", "23:00-07:00")
    assert ohdio(api, "settings", "set", "download_hours", " ").stdout == "download_hours: -, its default.\n"
    rows = {line.split()[0]: line.split()[1] for line in ohdio(api, "settings").stdout.splitlines() if line}
    assert (rows["download_hours"], rows["speed_limit_kb"]) == ("-", "-")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set", "page_interval", "soon"), "OHDIO_PAGE_INTERVAL_SECONDS cannot be 'soon'. A number of seconds"),
        (("set", "colour", "red"), "There is no setting called colour; `ohdio settings` lists them."),
        (("reset", "a/b"), "There is no"),
        (("set", "lease", "20"), "OHDIO_LEASE_SECONDS is read at the start only"),
        (("set", "page_interval"), "`ohdio settings set NAME VALUE`"),
        (("reset", "page_interval", "3"), "`ohdio settings set NAME VALUE`"),
        (("set",), "Which setting?"),
        (("MAX", "nope"), "'set|reset': 'MAX' is not possible here; choose set or reset."),
    ],
)
def test_what_cannot_be_ends_with_a_sentence(api: Api, arguments: tuple[str, ...], said: str) -> None:
    assert said in ohdio(api, "settings", *arguments, code=2).stderr
