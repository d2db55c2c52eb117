"""What a command cannot do, and a person can mend.

CommandError
├── BadInput             what was asked for cannot be
├── ApiUnreachable       nobody answers, or not as an API of ours would
└── ApiError             the API refused
    ├── ItemRefused
    └── LinksRefused

The product adds errors of its own.
"""

from __future__ import annotations


class CommandError(Exception):
    """A command cannot do what it was asked for; the message is a sentence, or a line for each reason."""

    @property
    def shown(self) -> str:
        """The message for a person; in the person's language where it is the API's."""
        return str(self)


class BadInput(CommandError):
    """What was asked for cannot be; the message is a line for each reason."""
