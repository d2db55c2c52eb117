"""What a row of the queue says when it is opened: every run with its end, the parts, and text for a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import NamedTuple

from ohdio_api.audiobooks.service import AudiobookService
from ohdio_api.problems import Refusal
from ohdio_api.queue.service import QueueService
from ohdio_api.web.words import Words
from ohdio_core.collection.control import QueueItemNotFound
from ohdio_core.domain.queue import RunOutcome, WorkStatus
from ohdio_core.schemas.attempts import AttemptView, WorkStage
from ohdio_core.schemas.audiobooks import AudiobookDetail
from ohdio_core.schemas.queue import QueueItemView

_MOST_ATTEMPTS = 20
_MOST_PARTS = 200


class ShownAttempt(NamedTuple):
    """One run, or several that ended alike, one after another."""

    when: str
    what: str  #: which work it was, and how it ended
    why: str
    how_much: str
    is_bad: bool


class ListedPart(NamedTuple):
    """One part of the book."""

    title: str
    length: str
    is_done: bool


class Details(NamedTuple):
    """What is shown below a row."""

    attempts: Sequence[ShownAttempt]
    parts: Sequence[ListedPart]
    more_parts: str | None  #: how many there are besides
    technical: str  #: in English, for those who mend it
    item: int
    speed: str | None  #: how fast it may come, as a field has it; None where it is complete


def read_details(
    item: QueueItemView, queue: QueueService, audiobooks: AudiobookService, words: Words
) -> Details | None:
    """Return what is known of an item besides its row; None if the item or its book was removed since."""
    try:
        attempts = queue.attempts(item.id)
        book = audiobooks.get(item.audiobook.id)
    except (QueueItemNotFound, Refusal):
        return None
    more = len(book.parts) - _MOST_PARTS
    return Details(
        attempts=[_attempt(attempt, words) for attempt in attempts[:_MOST_ATTEMPTS]],
        parts=list(_parts(item, book, words)) if len(book.parts) > 1 else [],
        more_parts=_more_parts(more, words) if more > 0 else None,
        technical="\n".join(_technical(item, attempts)),
        item=item.id,
        speed=None if item.status is WorkStatus.COMPLETED else str(item.speed_limit_kb or ""),
    )


def _more_parts(count: int, words: Words) -> str:
    return words.ngettext("and one more", "and %(num)s more", count) % {"num": words.number(count)}


def _attempt(attempt: AttemptView, words: Words) -> ShownAttempt:
    times = f" × {words.number(attempt.times)}" if attempt.times > 1 else ""
    size = [words.size(attempt.bytes)] if attempt.bytes else []
    return ShownAttempt(
        when=words.clock(attempt.ended_at),
        what=f"{_stage(attempt.stage, words)}{words.gettext(':')} {_outcome(attempt.outcome, words)}{times}",
        why=words.translated_text(attempt.reason, attempt.message) or "",
        how_much=" · ".join([*size, words.duration(attempt.seconds)]),
        is_bad=attempt.outcome in {RunOutcome.FAILED, RunOutcome.ATTEMPT_FAILED},
    )


def _stage(stage: WorkStage, words: Words) -> str:
    _ = words.gettext
    return {
        WorkStage.SCAN: _("Scan"),
        WorkStage.DESCRIPTION: _("Description"),
        WorkStage.DOWNLOAD: _("Download"),
        WorkStage.CHECK: _("Check"),
    }[stage]


def _outcome(outcome: RunOutcome, words: Words) -> str:
    _ = words.gettext
    return {
        RunOutcome.COMPLETED: _("done"),
        RunOutcome.FAILED: _("failed for good"),
        RunOutcome.ATTEMPT_FAILED: _("failed, tried again"),
        RunOutcome.WAITS: _("had to wait"),
        RunOutcome.PAUSED: _("paused by you"),
        RunOutcome.STOPPED: _("made room"),
        RunOutcome.CANCELLED: _("cancelled"),
        RunOutcome.LEASE_LOST: _("its worker fell silent"),
    }[outcome]


def _parts(item: QueueItemView, book: AudiobookDetail, words: Words) -> Iterator[ListedPart]:
    """Yield the parts; they are fetched in their order, so those that are there are the first."""
    is_whole = item.status is WorkStatus.COMPLETED
    for place, part in enumerate(book.parts[:_MOST_PARTS], 1):
        title = part.title or words.gettext("Part %(number)s") % {"number": words.number(place)}
        length = "" if part.duration_seconds is None else words.length(part.duration_seconds)
        yield ListedPart(title, length, is_whole or place <= item.parts_done)


def _technical(item: QueueItemView, attempts: Sequence[AttemptView]) -> Iterator[str]:
    yield f"link    {item.audiobook.url}"
    yield f"item    {item.id}, book {item.audiobook.id}, {item.status}, {item.stage}"
    size, parts = ("?" if known is None else known for known in (item.bytes_total, item.parts_total))
    yield f"bytes   {item.bytes_done} of {size}, parts {item.parts_done} of {parts}"
    if item.error_message is not None:
        yield f"error   {item.error_message.id}: {item.error}"
    elif item.error is not None:
        yield f"error   {item.error}"
    if attempts and attempts[0].host is not None:
        yield f"worker  {attempts[0].host} {attempts[0].worker_id}"
    yield f"ohdio   {version('ohdio-api')}"
