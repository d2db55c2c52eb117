"""What may come of a request, other than an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ohdio_client.errors import CommandError
from ohdio_client.language import translated_text

if TYPE_CHECKING:
    from ohdio_core.schemas.sentences import SentenceView
    from ohdio_core.schemas.submissions import SubmissionResult


class ApiError(CommandError):
    """The API refused; the message is its sentence.

    Args:
        text: In English.
        message: Its id and values, where it is a sentence of the API.
    """

    def __init__(self, text: str, message: SentenceView | None = None) -> None:
        super().__init__(text)
        self.message = message

    @property
    def shown(self) -> str:
        """The sentence in the person's language."""
        return translated_text(str(self), self.message)


class LinksRefused(ApiError):
    """Nothing here can collect what was asked for; a line for each link.

    Args:
        results: What the API answers of each.
    """

    def __init__(self, results: Sequence[SubmissionResult]) -> None:
        super().__init__("\n".join(refusal_of(result.url, result.detail or "") for result in results))
        self.results = results

    @property
    def shown(self) -> str:
        """The lines in the person's language."""
        told = ((each.url, translated_text(each.detail, each.detail_message) or "") for each in self.results)
        return "\n".join(refusal_of(url, detail) for url, detail in told)


class ItemRefused(ApiError):
    """There is no such item, or it is not in a state for that."""


class ApiUnreachable(CommandError):
    """Nobody answers, or not as an API of ours would."""


def refusal_of(url: str, reason: str) -> str:
    """Return why a link is refused, and which one."""
    return reason if url in reason else f"{url}: {reason}"
