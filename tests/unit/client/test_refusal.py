"""What cannot stand on the command line is refused in the person's language."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from ohdio_client.cli.help import PlainCommand

_HELP = "Pour de l’aide, tapez `ohdio {command}-h`."
_USAGE = "Utilisation\N{NO-BREAK SPACE}: ohdio {command}"
_COLON = "\N{NO-BREAK SPACE}: "
_NOPE, _X, _BELOW, _FAR_BELOW = (f"«\N{NO-BREAK SPACE}{word}\N{NO-BREAK SPACE}»" for word in ("nope", "x", "-3", "-35"))
_IMPOSSIBLE = "Valeur impossible pour"
_ERROR = f"Erreur{_COLON}"


def run(*arguments: str, language: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("ohdio"), *arguments],
        env={"PATH": "", "LC_ALL": language},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "command", "english", "french"),
    [
        ("show", "show", "Missing argument 'BOOK'.", "L’argument BOOK manque."),
        (
            "limit nope",
            "limit",
            "Invalid value for 'N': 'nope' is not a whole number, 1 or more.",
            f"Valeur impossible pour N{_COLON}{_NOPE} n’est pas un nombre entier d’au moins 1.",
        ),
        (
            "verify --fetch --stop",
            "verify",
            "Invalid value: Only one of --fetch, --stop and --status can be meant.",
            f"Valeur impossible{_COLON}Une seule des options --fetch, --stop et --status peut être demandée.",
        ),
        ("queue --nope", "queue", "No such option: --nope", "Il n’y a pas d’option --nope"),
        (
            "queue --limt",
            "queue",
            "No such option: --limt (Possible options: --limit)",
            "Il n’y a pas d’option --limt (options possibles\N{NO-BREAK SPACE}: --limit)",
        ),
        ("get --nope", "get", "No such option: --nope", "Il n’y a pas d’option --nope"),
        (
            "get --speed x y",
            "get",
            "Invalid value for '--speed': 'x' is no speed. Write 500kB, 2.5MB (a second), or any.",
            f"{_IMPOSSIBLE} --speed{_COLON}{_X} n’est pas une vitesse. Écrivez 500kB, 2.5MB (par seconde), ou any.",
        ),
        (
            "limit -35",
            "limit",
            "Invalid value for 'N': '-35' is not a whole number, 1 or more.",
            f"Valeur impossible pour N{_COLON}{_FAR_BELOW} n’est pas un nombre entier d’au moins 1.",
        ),
        (
            "priority -3 5",
            "priority",
            "Invalid value for 'N': '-3' is not a whole number from 0 to 100.",
            f"Valeur impossible pour N{_COLON}{_BELOW} n’est pas un nombre entier de 0 à 100.",
        ),
        ("status a b", "status", "Got unexpected extra argument(s) (a b)", "Il y a des arguments en trop (a b)"),
        ("--nope", "", "No such option: --nope", "Il n’y a pas d’option --nope"),
        ("--", "", "Missing command.", "Il manque une commande."),
    ],
)
def test_with_how_the_command_is_used(line: str, command: str, english: str, french: str) -> None:
    name = f"{command} " if command else ""
    for language, begin, help_, error in (
        ("C", f"Usage: ohdio {name}", f"Try 'ohdio {name}-h' for help.", f"Error: {english}"),
        ("fr_CA.UTF-8", _USAGE.format(command=name), _HELP.format(command=name), _ERROR + french),
    ):
        done = run(*line.split(), language=language)
        assert done.returncode == 2
        usage, *rest = done.stderr.splitlines()
        assert usage.startswith(f"{begin}[OPTIONS]")
        assert rest == [help_, "", error]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (["-2024.json"], ["-2024.json"]),
        (["-5", "--", "-6"], ["-5", "-6"]),
        (["-5", "\N{MINUS SIGN}5", "-7 nains"], ["-5", "\N{MINUS SIGN}5", "-7 nains"]),
        (["-5", "--kind", "-8"], ["-5"]),
    ],
    ids=["a-file", "what-cannot-be-an-option", "another-minus", "of-an-option"],
)
def test_what_begins_as_a_number_below_0_is_read_as_it_stands(line: list[str], read: list[str]) -> None:
    def take(words: list[str], kind: str = "") -> None:
        del words, kind

    alone = typer.Typer()
    alone.command(cls=PlainCommand)(take)
    context = typer.main.get_command(alone).make_context("take", line)
    assert context.params == {"words": read, "kind": "-8" if "--kind" in line else ""}


@pytest.mark.parametrize(
    ("line", "english", "french"),
    [
        ("queue --limit", "Option '--limit' requires an argument.", "L’option --limit demande une valeur."),
        ("queue --json=3", "Option '--json' does not take a value.", "L’option --json ne prend pas de valeur."),
    ],
)
def test_of_an_option(line: str, english: str, french: str) -> None:
    assert run(*line.split(), language="C").stderr == f"Error: {english}\n"
    assert run(*line.split(), language="fr_CA.UTF-8").stderr == f"{_ERROR}{french}\n"


def test_a_command_that_there_is_none_of() -> None:
    assert run("nope", language="C").stderr == "There is no command 'nope'; `ohdio --help` lists what there is.\n"
    said = run("nope", language="fr_CA.UTF-8")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith(f"Il n’y a pas de commande {_NOPE}")


@pytest.mark.parametrize("command", ["settings", "feeds", "notify", "export", "library"])
def test_what_may_be_left_out_stands_in_one_pair_of_brackets(command: str) -> None:
    usage = run(command, "--nope", language="C").stderr.splitlines()[0]
    assert usage.count("[") > 1
    assert "[[" not in usage


def test_nothing_at_all_shows_the_help() -> None:
    done = run(language="fr_CA.UTF-8")
    assert done.returncode == 2
    assert (done.stdout + done.stderr).startswith("Usage: ohdio [OPTIONS] COMMAND")


def test_with_a_click_that_has_no_error_of_no_arguments() -> None:
    older = """
import sys, typer
del sys.modules[typer.BadParameter.__mro__[1].__module__].NoArgsIsHelpError
from ohdio_client.cli import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", older, "queue", "--nope"],
        env={"PATH": "", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.endswith("Error: No such option: --nope\n")
