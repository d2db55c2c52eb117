"""What commands print: JSON for programs, tables for people."""

from __future__ import annotations

import json
import os
import re
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TextIO

from ohdio_client.sizes import size_in_sentence
from ohdio_core.control_characters import controls_shown, replace_controls
from ohdio_core.sentences import Sentence

if TYPE_CHECKING:
    from pydantic import BaseModel

_USUAL_WIDTH = 80
_COMMAND = re.compile(r"`[^`]+`")
_HELD = "\ue000"  # stands for a blank where no line may end; a character that no text has


def print_json(value: object) -> None:
    """Print one JSON document; what the API answered, anywhere in it, as the API writes it; sentences in English."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_as_document)
    # JSON must escape C0 alone, and may escape the other control characters.
    sys.stdout.write(replace_controls(text, lambda control: json.dumps(control)[1:-1]) + "\n")


def _as_document(value: Any) -> object:
    if isinstance(value, Sentence):
        return value.text
    if is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    model: BaseModel = value
    return model.model_dump(mode="json", by_alias=True)


def print_line(*lines: str) -> None:
    """Print lines, at once; on a terminal, those that are too long for it end between words."""
    _print_to(sys.stdout, lines)


def print_error(*lines: str) -> None:
    """Do the same on standard error."""
    _print_to(sys.stderr, lines)


def print_facts(facts: Iterable[tuple[str, str | None]]) -> None:
    """Print what is known of one thing, name and text on each line; what there is no text for is left out."""
    told = [(name, text) for name, text in facts if text]
    width = max((len(name) for name, _ in told), default=0)
    print_line(*(f"  {name:<{width}}  {text}" for name, text in told))


def _print_to(stream: TextIO, lines: Iterable[str]) -> None:
    every = [line for text in lines for line in controls_shown(text).split("\n")]
    if (width := terminal_width(stream)) is not None:
        every = [part for line in every for part in _wrapped(line, width)]
    stream.write("".join(f"{line}\n" for line in every))
    stream.flush()


def terminal_width(stream: TextIO) -> int | None:
    """Return how wide the terminal is that a stream leads to, in characters; None where it leads to none.

    The two may lead to different ones, or one to a file.
    """
    if not stream.isatty():
        return None
    if (columns := os.environ.get("COLUMNS", "")).isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL_WIDTH
    except OSError:
        return _USUAL_WIDTH


def _wrapped(line: str, width: int) -> Sequence[str]:
    """Break a line between words; commands, and what is longer than the terminal is wide, stay whole to be copied."""
    whole = hold_commands(line.lstrip())
    indent = " " * (len(line) - len(line.lstrip()))
    lines = textwrap.wrap(
        whole,
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [restore_blanks(part) for part in lines] or [""]


def hold_commands(text: str) -> str:
    """Return a text whose commands, in backticks, have no blanks, so that no line ends inside them.

    ``restore_blanks`` undoes it.
    """
    return _COMMAND.sub(lambda command: command[0].replace(" ", _HELD), text)


def restore_blanks(text: str) -> str:
    """Return a text with the blanks that ``hold_commands`` took out."""
    return text.replace(_HELD, " ")


def size(count: float | None) -> str:
    """Write a number of bytes for people."""
    return str(size_in_sentence(count))


def shorten(line: str, most: int) -> str:
    """Return a line as it is, or its beginning where it is longer than ``most`` characters."""
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def books(count: int) -> str:
    """Write a number of books."""
    return "1 book" if count == 1 else f"{count} books"


def length(seconds: float | None) -> str:
    """Write how long a recording lasts; "" where that is not known."""
    if seconds is None:
        return ""
    if round(seconds) < 60:
        return f"{seconds:.0f} s" if seconds >= 1 or not seconds else f"{seconds:.1f} s"
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}"
