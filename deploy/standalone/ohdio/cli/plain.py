"""How the command explains itself: plain text, without the names of Python's types."""

from __future__ import annotations

from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup

from ohdio.cli.guesses import guess
from ohdio.cli.output import print_error, print_line
from ohdio.cli.sentences import BAD_INPUT


class PlainCommand(TyperCommand):
    """A command; its arguments are called by their metavars."""

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
    """The command of commands, listed by what they are for, each with its whole sentence."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is meant; where there is none, end with a sentence that says which may be."""
        word = args[0]
        if word == "help":
            self._help(ctx, args[1:])
        if not word.startswith("-") and self.get_command(ctx, word) is None:
            print_error(guess(word, self.list_commands(ctx)))
            ctx.exit(BAD_INPUT)
        return super().resolve_command(ctx, args)

    def _help(self, ctx: Any, names: list[str]) -> None:
        """Do what ``--help`` does, of all or of one command; ends the process."""
        if names and (command := self.get_command(ctx, names[0])) is not None:
            command.make_context(names[0], ["--help"], parent=ctx)
        print_line(ctx.get_help())
        ctx.exit()

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write down the commands."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if isinstance(command, PlainCommand):
                sections.setdefault(command.rich_help_panel or "Commands", []).append((name, command.help or ""))
        for title, commands in sections.items():
            with formatter.section(title):
                formatter.write_dl(commands)


def _usage(argument: TyperArgument) -> str:
    name = argument.metavar or ""
    repeated = f"{name}..." if argument.nargs != 1 else name
    return repeated if argument.required else f"[{repeated}]"
