"""How the command explains itself: plain text, without the names of Python's types."""

from __future__ import annotations

import re
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from ohdio_client.cli.bad_argument import usage_errors
from ohdio_client.cli.output import print_error, print_line
from ohdio_client.cli.refusal import refusing_in_sentences
from ohdio_client.cli.sections import sections_of, why_missing
from ohdio_client.cli.sentences import BAD_INPUT
from ohdio_client.cli.suggestions import suggestion_for
from ohdio_client.language import translated

GROUP = "ohdio.commands"  #: of the entry points by which a distribution adds commands
_NEGATIVE = re.compile(r"-\d")
#: Stands before what else is taken for an option while options are told from arguments; no argument can have it.
_MARK = "\0"


class PlainCommand(TyperCommand):
    """A command; its arguments are called by their metavars."""

    def make_parser(self, ctx: Any) -> Any:
        """Return what tells options from arguments; to it, what begins as a number below 0 is no option."""
        parser: Any = super().make_parser(ctx)
        read = parser.parse_args

        def read_with_numbers(args: list[str]) -> Any:
            try:
                # What it is given is emptied.
                return read(list(args))
            except usage_errors.NoSuchOption as error:
                if not _NEGATIVE.match(error.option_name):
                    raise
            return _unmarked(read([f"{_MARK}{each}" if _NEGATIVE.match(each) else each for each in args]))

        parser.parse_args = read_with_numbers
        return parser

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return what follows the name: ``[OPTIONS] URL...``."""
        return ["[OPTIONS]", *(_usage(parameter) for parameter in self._arguments(ctx))]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write down arguments and options."""
        arguments = [(argument.metavar or "", argument.help or "") for argument in self._arguments(ctx)]
        if arguments:
            with formatter.section("Arguments"):
                formatter.write_dl(arguments)
        records = (
            parameter.get_help_record(ctx)
            for parameter in self.get_params(ctx)
            if not isinstance(parameter, TyperArgument)
        )
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record is not None])

    def _arguments(self, ctx: Any) -> list[TyperArgument]:
        return [parameter for parameter in self.get_params(ctx) if isinstance(parameter, TyperArgument)]


class PlainGroup(TyperGroup):
    """The command of commands: those of every distribution that is installed, each loaded when it is needed."""

    @cached_property
    def _installed(self) -> dict[str, EntryPoint]:
        return {entry.name: entry for entry in entry_points(group=GROUP)}

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read what stands on the line before the name of a command."""
        with refusing_in_sentences():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that is named, having read what stands behind its name."""
        with refusing_in_sentences():
            return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands, in order."""
        del ctx
        return [name for _, names in sections_of(self._installed) for name in names]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of a name; None where none is installed."""
        del ctx
        entry = self._installed.get(cmd_name)
        return None if entry is None else _loaded(entry)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is meant; where there is none, end with a sentence that says which may be."""
        word = args[0]
        if word == "help":
            self._help(ctx, args[1:])
        if not word.startswith("-") and word not in self._installed:
            print_error(translated(why_missing(word) or suggestion_for(word, self.list_commands(ctx))))
            ctx.exit(BAD_INPUT)
        return super().resolve_command(ctx, args)

    def _help(self, ctx: Any, names: list[str]) -> None:
        """Do what ``--help`` does, of all or of one command; ends the process."""
        if names and (command := self.get_command(ctx, names[0])) is not None:
            command.make_context(names[0], ["--help"], parent=ctx)
        print_line(ctx.get_help())
        ctx.exit()

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write down the commands by what they are for, each with its whole sentence."""
        for title, names in sections_of(self._installed):
            with formatter.section(title):
                formatter.write_dl([(name, self.get_command(ctx, name).help or "") for name in names])


def _loaded(entry: EntryPoint) -> Any:
    """Return the command that an entry point names, made of its function."""
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.command(entry.name, cls=PlainCommand)(entry.load())
    return typer.main.get_command(alone)


def _unmarked(read: Any) -> Any:
    """Return what was read with all texts as they stood on the line."""
    match read:
        case str():
            return read.removeprefix(_MARK)
        case list():
            return [_unmarked(each) for each in read]
        case tuple():
            return tuple(_unmarked(each) for each in read)
        case dict():
            return {name: _unmarked(each) for name, each in read.items()}
    return read


def _usage(argument: TyperArgument) -> str:
    name = argument.metavar or ""
    repeated = f"{name}..." if argument.nargs != 1 else name
    return repeated if argument.required else f"[{repeated}]"
