"""What may come of a request, other than an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ohdio_client.errors import CommandError
from ohdio_client.language import sentence_of
from ohdio_core.sentences import about, sentence

if TYPE_CHECKING:
    from ohdio_core.schemas.submissions import SubmissionResult
    from ohdio_core.sentences import Sentence


class ApiError(CommandError):
    """The API refused."""


class LinksRefused(ApiError):
    """Nothing here can collect what was asked for; a line for each link.

    Args:
        results: What the API answers of each.
    """

    def __init__(self, results: Sequence[SubmissionResult]) -> None:
        super().__init__(*map(_refusal, results))
        self.results = results


class ItemRefused(ApiError):
    """There is no such item, or it is not in a state for that."""


class ItemNotFound(ItemRefused):
    """There is no such item."""


class ApiUnreachable(CommandError):
    """Nobody answers, or not as an API of ours would."""


def refusal_of(url: str, reason: Sentence) -> Sentence:
    """Return why a link is refused, and which one."""
    return reason if url in reason.text else about(url, reason)


def _refusal(result: SubmissionResult) -> Sentence:
    reason = sentence_of(result.detail, result.detail_message)
    return refusal_of(result.url, reason or sentence("link.refused", "This link was refused."))
