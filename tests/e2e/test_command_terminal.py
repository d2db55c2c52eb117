from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.fixtures.command import Command


class TestHelp:
    @pytest.mark.parametrize(
        "command",
        [
            "",
            "get",
            *(
                pytest.param(each, marks=pytest.mark.full)
                for each in ("up", "queue", "pause", "limit", "library", "doctor")
            ),
        ],
    )
    def test_says_what_it_does_without_the_names_of_types(self, ohdio: Command, command: str) -> None:
        done = ohdio.run(*command.split(), "--help")

        assert done.returncode == 0
        assert done.stdout.startswith(f"Usage: ohdio {command}".rstrip())
        for clutter in ("<", ">", "[[", "{", "─"):
            assert clutter not in done.stdout

    def test_is_there_by_another_word_too(self, ohdio: Command) -> None:
        assert ohdio.run("help").stdout.startswith("Usage: ohdio [OPTIONS]")
        assert ohdio.run("help", "get").stdout == ohdio.run("get", "--help").stdout
        meant = ohdio.run("https://stories.example/feed.xml")
        assert (meant.returncode, meant.stdout) == (2, "")
        assert "`ohdio get https://stories.example/feed.xml` collects it" in meant.stderr

    def test_says_which_version_this_is(self, ohdio: Command) -> None:
        which, how, running = ohdio.run("--version").stdout.splitlines()
        assert re.fullmatch(r"ohdio \d+\.\d+\.\d+", which)
        assert how.startswith("To update: `git pull` and `make setup` in /")
        assert running == "No ohdio is running here."

    def test_answers_without_loading_the_services(self, ohdio: Command) -> None:
        done = ohdio.run("--help", PYTHONPROFILEIMPORTTIME="1")

        assert done.returncode == 0
        assert " typer\n" in done.stderr
        for module in ("sqlalchemy", "fastapi", "httpx", "pydantic", "ohdio_core.sources"):
            assert f" {module}\n" not in done.stderr


class TestOnATerminal:
    def test_a_start_says_so_before_its_services_are_imported(self, ohdio: Command) -> None:
        (ohdio.home / "file").touch()
        link, library = "https://stories.example/feed.xml", str(ohdio.home / "file")
        shown, code = on_terminal(ohdio, link, PYTHONPROFILEIMPORTTIME="1", LIBRARY_DIR=library)
        assert code == 2
        assert 0 < shown.index("Starting …") < shown.index(" ohdio.session\r\n")

    @pytest.mark.parametrize(
        "arguments",
        [
            ("spotify.com",),
            pytest.param(("--newest", "none", "https://stories.example/feed.xml"), marks=pytest.mark.full),
        ],
    )
    def test_what_cannot_be_meant_is_refused_before_anything_starts(
        self, ohdio: Command, arguments: tuple[str, ...]
    ) -> None:
        shown, code = on_terminal(ohdio, *arguments)
        assert code == 2
        assert "Starting" not in shown


def on_terminal(ohdio: Command, *arguments: str, **environment: str) -> tuple[str, int]:
    """Run `ohdio get` on a terminal; return what it shows, and its exit code."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [Path(sys.executable).with_name("ohdio"), "get", *arguments, "--data", str(ohdio.home / "data")],
        stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, **environment},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # how a terminal ends whose last process has gone
        while part := os.read(ours, 65536):
            shown += part
    os.close(ours)
    return shown.decode(), process.wait(30)
