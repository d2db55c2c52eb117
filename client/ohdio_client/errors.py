"""What a command cannot do, and a person can mend.

CommandError
├── BadInput             what was asked for cannot be
├── ApiUnreachable       nobody answers, or not as an API of ours would
└── ApiError             the API refused
    ├── ItemRefused
    │   └── ItemNotFound
    └── LinksRefused

The product adds errors of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ohdio_client.language import translated
from ohdio_core.sentences import about

if TYPE_CHECKING:
    from ohdio_core.sentences import Sentence


#: What values are called that name what a sentence is about; others may be the same number by chance.
_NAMING = frozenset({"about", "book", "id", "item", "link", "name", "number", "title", "url"})


class CommandError(Exception):
    """A command cannot do what it was asked for; the message is in English.

    Args:
        sentences: Why, each on a line of its own.
        details: Lines below them that are no sentences: names of books, what another program wrote.
    """

    def __init__(self, *sentences: Sentence, details: Sequence[str] = ()) -> None:
        super().__init__("\n".join([*(each.text for each in sentences), *details]))
        self.sentences = sentences
        self.details = details

    @property
    def shown(self) -> str:
        """The message in the person's language."""
        return "\n".join([*map(translated, self.sentences), *self.details])

    def shown_of(self, subject: str) -> str:
        """Return the same of a book, in the person's language; it is named before what does not name it."""
        return "\n".join([*(translated(_named(subject, each)) for each in self.sentences), *self.details])


def _named(subject: str, said: Sentence) -> Sentence:
    names = {str(value) for name, value in said.values.items() if name in _NAMING}
    return said if subject in names else about(subject, said)


class BadInput(CommandError):
    """What was asked for cannot be."""
