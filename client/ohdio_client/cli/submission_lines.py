"""What became of a link that was given to be collected, in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohdio_client.cli.hints import hint_for
from ohdio_client.language import in_one_language, sentence_of
from ohdio_core.sentences import Sentence, about, sentence, together_if_any

if TYPE_CHECKING:
    from ohdio_core.schemas.submissions import SubmissionResult


def result_line(result: SubmissionResult) -> str:
    """Return the line for one of the results of ``POST /submissions``."""
    detail = sentence_of(result.detail, result.detail_message)
    return in_one_language(about(result.url or "''", _became(result, detail)))


def _became(result: SubmissionResult, detail: Sentence | None) -> Sentence:
    if result.state == "accepted":
        return detail or sentence("link.added", "added")
    if result.state == "known":
        there = sentence("link.there", "already there")
        return there if detail is None else sentence("link.there_as", "already there. {detail}", detail=detail)
    why = together_if_any(detail, hint_for(result.url))
    said = sentence("link.is_refused", "refused")
    return said if why is None else sentence("link.refused_as", "refused. {why}", why=why)
