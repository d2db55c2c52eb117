"""The states of work, and the words for waiting.

Every stage of work (a scan, a description, a download) is a row that moves between these states by
``ohdio_core.work.transitions`` alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum

from ohdio_core.sentences import Sentence, sentence

DEFAULT_PRIORITY = 5  #: of what nobody gave another; the higher goes first


class WorkStatus(StrEnum):
    """What people see of a piece of work."""

    QUEUED = "queued"  #: waits for its turn
    PROCESSING = "processing"  #: admitted or running: holds a slot
    PAUSED = "paused"  #: a person stopped it
    COMPLETED = "completed"  #: done and verified
    FAILED = "failed"  #: a person must decide
    CANCELLED = "cancelled"  #: a scan that a person ended, or a description nobody wants

    @property
    def said(self) -> Sentence:
        """Return the word for it, to be put into sentences."""
        return _STATUS_WORDS[self]


_STATUS_WORDS = {
    WorkStatus.QUEUED: sentence("status.queued", "queued"),
    WorkStatus.PROCESSING: sentence("status.processing", "processing"),
    WorkStatus.PAUSED: sentence("status.paused", "paused"),
    WorkStatus.COMPLETED: sentence("status.completed", "completed"),
    WorkStatus.FAILED: sentence("status.failed", "failed"),
    WorkStatus.CANCELLED: sentence("status.cancelled", "cancelled"),
}


class DownloadStage(StrEnum):
    """Where a book is on its way; finer than its status."""

    METADATA = "metadata"  #: its description is still to be read
    WAITING = "waiting"  #: due for download
    STARTING = "starting"
    DOWNLOADING = "downloading"
    ASSEMBLING = "assembling"
    VERIFYING = "verifying"
    DONE = "done"


class StopReason(StrEnum):
    """Why running work was asked to stop; decides where its row goes (``ohdio_core.work.ending``)."""

    PAUSE = "pause"  #: a person paused this item: to paused
    CANCEL = "cancel"  #: a person ended this scan: to cancelled
    DELETE = "delete"  #: a person deleted it: the row goes when the bytes have stopped
    RESET = "reset"  #: a person lets everything begin afresh: to queued, with all its attempts
    LIMIT = "limit"  #: the limit was lowered: to queued
    GLOBAL_PAUSE = "global-pause"  #: all downloads are paused: to queued
    HOURS = "hours"  #: the download hours are over: to queued
    SHUTDOWN = "shutdown"  #: this process ends: to queued
    OVERLONG = "overlong"  #: it outlives its time, as too many others do: to queued, held back until one has ended
    SITE_FAILING = "site-failing"  #: its site is closed, because it fails: to queued
    LEASE_LOST = "lease-lost"  #: the database was out of reach, or the row is another's now: to queued


class RunOutcome(StrEnum):
    """How a run ended, for the history of a book (``ohdio_core.work.run_history``)."""

    COMPLETED = "completed"
    FAILED = "failed"  #: for good: a person must decide
    ATTEMPT_FAILED = "attempt-failed"  #: it is tried again
    WAITS = "waits"  #: for something that is not its fault, such as room on the disk
    PAUSED = "paused"  #: by a person
    STOPPED = "stopped"  #: it was asked to make room, and goes on by itself
    CANCELLED = "cancelled"
    LEASE_LOST = "lease-lost"  #: its worker fell silent


#: The id of the clause that says until when no book is downloaded, as it is outside of the download hours.
OUTSIDE_HOURS_UNTIL = "wait.hours_until"
_BEING_DESCRIBED = sentence("wait.being_described", "its description is being read")
_ALL_PAUSED = sentence("wait.all_paused", "all downloads are paused")
_OUTSIDE_HOURS = sentence("wait.hours", "outside of the download hours")
_LATER = sentence("wait.later", "it is tried again later")
SITE_CLOSED = sentence("wait.site_closed", "its site asked us to wait")
NO_DOWNLOADER = sentence("wait.no_downloader", "no downloader is running")
_NO_DESCRIBER = sentence("wait.no_metadata_worker", "no metadata worker is running")
INTERRUPTED = sentence("wait.interrupted", "it was interrupted, and goes on by itself soon")
_ABOUT_TO_START = sentence("wait.about_to_start", "about to start")
NOT_YET = sentence("wait.turn", "its turn has not come yet")


def explain_wait(
    *,
    is_ready: bool,
    is_admitted: bool,
    recorded: Sentence | None,
    next_attempt_at: datetime | None,
    site_closed_until: datetime | None,
    site_closed_reason: Sentence | None,
    is_paused: bool,
    outside_hours: datetime | None,
    has_workers: bool,
    description_wait: Sentence | None,
) -> Sentence:
    """Return a clause that explains why an item waits; the most binding reason first.

    Args:
        outside_hours: When the download hours begin, where that decides; a time that is past: nobody knows yet.
        description_wait: For what is not ready: why its description is not being read; None when it is.
    """
    if not is_ready:
        if description_wait is None:
            return _BEING_DESCRIBED
        return sentence("wait.description", "its description waits: {reason}", reason=description_wait)
    if is_paused:
        return _ALL_PAUSED
    if outside_hours is not None and not is_admitted:
        return explain_hours(outside_hours)
    if (later := _explain_time(recorded, next_attempt_at, site_closed_until, site_closed_reason)) is not None:
        return later
    if not has_workers:
        return NO_DOWNLOADER
    if is_admitted:
        return _ABOUT_TO_START
    return recorded or NOT_YET


def _explain_time(
    recorded: Sentence | None,
    next_attempt_at: datetime | None,
    site_closed_until: datetime | None,
    site_closed_reason: Sentence | None,
) -> Sentence | None:
    """Return a clause for what waits until a time, of its own or of its site; None for what does not."""
    if next_attempt_at is not None:
        return recorded or _LATER
    if site_closed_until is not None:
        return site_closed_reason or SITE_CLOSED
    return None


def explain_hours(begin: datetime) -> Sentence:
    """Return a clause that says until when no book is downloaded, by the clock of this process.

    It has the instant, too, for other clocks.

    Args:
        begin: When the download hours begin; a time that is past: nobody knows yet.
    """
    if begin <= datetime.now(begin.tzinfo):
        return _OUTSIDE_HOURS
    said = outside_hours_until(f"{begin.astimezone():%H:%M}")
    return replace(said, values={**said.values, "until": begin.astimezone(UTC).isoformat()})


def outside_hours_until(time: str) -> Sentence:
    """Return a clause that says until which time of the day no book is downloaded."""
    return sentence("wait.hours_until", "outside of the download hours, until {time}", time=time)


def explain_description_wait(
    *,
    status: WorkStatus,
    recorded: Sentence | None,
    next_attempt_at: datetime | None,
    site_closed_until: datetime | None,
    site_closed_reason: Sentence | None,
    has_workers: bool,
    is_held: bool,
) -> Sentence | None:
    """Return a clause that explains why a description waits, the most binding reason first; None when it does not.

    Args:
        is_held: A worker is at it.
    """
    if is_held or status not in {WorkStatus.QUEUED, WorkStatus.PROCESSING}:
        return None
    if (later := _explain_time(recorded, next_attempt_at, site_closed_until, site_closed_reason)) is not None:
        return later
    if not has_workers:
        return _NO_DESCRIBER
    if status is WorkStatus.PROCESSING:
        return None
    return recorded or NOT_YET
