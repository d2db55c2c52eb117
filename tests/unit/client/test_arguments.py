"""What stands on the command line is judged in the product's own sentences."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import typer
from typer.models import ParameterInfo

from ohdio_client.cli.help import GROUP

_CANNOT_BE_WRONG = {str, bool}  # any text is one; an option without a value is the other


def test_whatever_may_be_wrong_is_read_by_a_parser_of_ours() -> None:
    """Else people see the words of the library that reads it: "Value error, …", "Input should be a valid …"."""
    read_by_others = [
        f"{entry.name} {name}"
        for entry in entry_points(group=GROUP)
        for name, types, info in _parameters(entry.load())
        if info.parser is None and not types <= _CANNOT_BE_WRONG
    ]
    assert read_by_others == []


def test_is_said_in_both_languages() -> None:
    ohdio = Path(sys.executable).with_name("ohdio")
    for language, said in (("C", "choose set or reset"), ("fr_CA.UTF-8", "choisissez set ou reset")):
        done = subprocess.run(
            [ohdio, "settings", "MAX", "nope"],
            env={"PATH": "", "LC_ALL": language},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 2
        assert said in done.stderr


def _parameters(command: Any) -> Iterator[tuple[str, set[Any], ParameterInfo]]:
    """Yield the name of each parameter of a command, the types that its value may have, and what typer is told."""
    for name, hint in get_type_hints(command, include_extras=True).items():
        for info in getattr(hint, "__metadata__", ()):
            if isinstance(info, typer.models.ParameterInfo):
                yield name, set(_leaves(get_args(hint)[0])) - {NoneType}, info


def _leaves(hint: Any) -> Iterator[Any]:
    if inner := get_args(hint):
        for each in inner:
            yield from _leaves(each)
    elif hint is not NoneType:
        yield hint
