"""The refusal of what stands on the command line."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import typer

from ohdio_client.language import translated

if TYPE_CHECKING:
    from ohdio_core.sentences import Sentence


class BadArgument(typer.BadParameter):
    """What was given as an argument or option cannot be; the command line names which one, and ends.

    Args:
        said: Why.
    """

    def __init__(self, said: Sentence) -> None:
        # What typer prints of it is its message.
        super().__init__(translated(said))
        self.sentence = said


#: What typer raises for whatever cannot stand there, and the module of the kinds of it: its own or click's, by its
#: version.
UsageError = cast("type[Exception]", BadArgument.__mro__[2])
usage_errors: Any = import_module(UsageError.__module__)
#: That nothing stands there, which shows the help; click before 8.2 has no error of it, and shows the help itself.
NO_ARGUMENTS: Any = getattr(usage_errors, "NoArgsIsHelpError", ())
