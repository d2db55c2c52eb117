"""What the command says where what stands on its line cannot be, in the person's language.

typer says it in English alone, and with no ids: what it means is taken from its errors. The English stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

from typer.core import TyperArgument

from ohdio_client.cli.bad_argument import NO_ARGUMENTS, BadArgument, UsageError, usage_errors
from ohdio_client.cli.output import print_error
from ohdio_client.language import translated
from ohdio_core.sentences import Sentence, sentence

_TOO_MANY = re.compile(r"Got unexpected extra .*\((?P<words>.*)\)", re.DOTALL)
_NO_COMMAND = "Missing command."


@contextmanager
def refusing_in_sentences() -> Iterator[None]:
    """End the process with sentences, and typer's exit code, where typer refuses what stands on the line.

    Raises:
        UsageError: Nothing stands there, which shows the help.
    """
    try:
        yield
    except NO_ARGUMENTS:
        raise
    except UsageError as error:
        refused: Any = error
        said = sentence("usage.error", "Error: {said}", said=_said(refused))
        print_error(*_frame(refused.ctx), translated(said))
        raise SystemExit(refused.exit_code) from None


def _frame(context: Any) -> list[str]:
    """Return the lines that say how the command is used."""
    if context is None:
        return []
    usage, begin = context.make_formatter(), translated(sentence("usage.begin", "Usage:"))
    pieces = context.command.collect_usage_pieces(context)
    usage.write_usage(context.command_path, " ".join(pieces), prefix=f"{begin} ")
    command = f"{context.command_path} {context.help_option_names[0]}"
    hint = sentence("usage.help", "Try {command!r} for help.", command=command)
    return [usage.getvalue().rstrip("\n"), translated(hint), ""]


def _said(error: Any) -> Sentence:
    """Return what is wrong."""
    for kind, say in (
        (usage_errors.NoSuchOption, _unknown),
        (usage_errors.BadOptionUsage, _badly_used),
        (usage_errors.MissingParameter, _missing),
        (BadArgument, _refused),
    ):
        if isinstance(error, kind):
            return say(error)
    if (extra := _TOO_MANY.fullmatch(error.message)) is not None:
        return sentence("usage.too_many", "Got unexpected extra argument(s) ({words})", words=extra["words"])
    if error.message == _NO_COMMAND:
        return sentence("usage.no_command", "Missing command.")
    return sentence("usage.other", "{said}", said=error.format_message())


def _unknown(error: Any) -> Sentence:
    near = _near(error.option_name, error.possibilities or ())
    if not near:
        return sentence("usage.no_option", "No such option: {option}", option=error.option_name)
    return sentence(
        "usage.perhaps_option",
        "No such option: {option} (Possible options: {options})",
        option=error.option_name,
        options=", ".join(near),
    )


def _near(option: str, possible: Iterable[str]) -> list[str]:
    """Return which of these options are written nearly as one is; the dashes, which all have, make none alike."""
    names = {each.lstrip("-"): each for each in possible}
    return sorted(names[each] for each in get_close_matches(option.lstrip("-"), names))


def _badly_used(error: Any) -> Sentence:
    option = error.option_name
    if "requires" in error.message:
        return sentence("usage.no_value", "Option {option!r} requires an argument.", option=option)
    return sentence("usage.value", "Option {option!r} does not take a value.", option=option)


def _missing(error: Any) -> Sentence:
    parameter = error.param
    if isinstance(parameter, TyperArgument):
        return sentence("usage.no_argument", "Missing argument {name!r}.", name=_name(parameter))
    return sentence("usage.option_missing", "Missing option {name!r}.", name=_name(parameter))


def _refused(error: Any) -> Sentence:
    parameter = error.param
    if parameter is None:
        return sentence("usage.refused", "Invalid value: {reason}", reason=error.sentence)
    return sentence(
        "usage.value_refused", "Invalid value for {name!r}: {reason}", name=_name(parameter), reason=error.sentence
    )


def _name(parameter: Any) -> str:
    """Return what a person calls an argument or option by."""
    return str(parameter.metavar or parameter.name if isinstance(parameter, TyperArgument) else parameter.opts[0])
