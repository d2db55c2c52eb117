"""Words on the command line of which there are only some."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_core.domain.sought import unless_blank
from ohdio_core.sentences import sentence

Choice = TypeVar("Choice", bound=StrEnum)


def one_of(choices: type[Choice]) -> Callable[[str], Choice | None]:
    """Return a reader of these words, which refuses all others; blanks choose none."""

    def read(text: str) -> Choice | None:
        if unless_blank(text) is None:
            return None
        try:
            return choices(text)
        except ValueError:
            *others, last = choices
            raise BadArgument(
                sentence(
                    "argument.no_choice",
                    "{text!r} is not possible here; choose {others} or {last}.",
                    text=text,
                    others=", ".join(others),
                    last=last.value,
                )
            ) from None

    return read
