"""What became of a link that was given to be collected, in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohdio_client.cli.hints import hint_for
from ohdio_client.language import translated, translated_text

if TYPE_CHECKING:
    from ohdio_core.schemas.submissions import SubmissionResult


def result_line(result: SubmissionResult) -> str:
    """Return the line for one of the results of ``POST /submissions``."""
    link, detail = result.url or "''", translated_text(result.detail, result.detail_message)
    if result.state == "accepted":
        return f"{link}: {detail or 'added'}"
    if result.state == "refused" and (hint := hint_for(result.url)) is not None:
        detail = f"{detail or ''} {translated(hint)}".strip()
    state = "already there" if result.state == "known" else "refused"
    return f"{link}: {state}. {detail}" if detail else f"{link}: {state}"
