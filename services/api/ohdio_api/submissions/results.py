"""What is answered for a link."""

from __future__ import annotations

from ohdio_core.collection.add_books import Standing
from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.schemas.submissions import SubmissionResult, SubmissionState
from ohdio_core.sentences import Sentence, sentence, text_of

_STANDING_OF_KNOWN = {
    WorkStatus.QUEUED: sentence("book.queued", "It is in the queue."),
    WorkStatus.PROCESSING: sentence("book.downloading", "It is being downloaded."),
    WorkStatus.PAUSED: sentence("book.paused", "It is in the queue, paused."),
    WorkStatus.COMPLETED: sentence("book.filed", "It is in the library."),
    WorkStatus.FAILED: sentence("book.failed", "It is in the queue, but failed; retry it there."),
}
_DELETED_MEANWHILE = sentence(
    "book.deleted_meanwhile", "Somebody took it out of the queue at this moment; add it again if it is wanted."
)


def book_result(target: Target, audiobook_id: int, standing: Standing, status: WorkStatus | None) -> SubmissionResult:
    """Return the result of a link of a book.

    Args:
        status: Of its item; None when that was deleted since.
    """
    state, said = SubmissionState.ACCEPTED, None
    if standing is Standing.KNOWN:
        state = SubmissionState.KNOWN
        said = _DELETED_MEANWHILE if status is None else _STANDING_OF_KNOWN.get(status)
    elif standing is Standing.GONE:
        said = sentence("book.queued_again", "Queued again: its file is gone from the library.")
    return result(target.url, TargetKind.AUDIOBOOK, audiobook_id, state, said)


def result(
    url: str, kind: TargetKind | None, row_id: int | None, state: SubmissionState, said: Sentence | None
) -> SubmissionResult:
    """Return the result of a link, with what is said about it."""
    return SubmissionResult(
        url=url, kind=kind, id=row_id, state=state, detail=text_of(said), detail_message=SentenceView.of(said)
    )
