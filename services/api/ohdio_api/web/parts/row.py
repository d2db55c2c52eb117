"""One row of the queue, as a page shows it: what it is, how far it is, why it waits, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from ohdio_api.web.parts.edge import Edge, Look, book_edge
from ohdio_api.web.parts.naming import followable, letter_of, people_of, site_of, tint_of
from ohdio_api.web.words import Words, capital
from ohdio_core.domain.queue import DownloadStage, WorkStatus
from ohdio_core.schemas.queue import QueueItemView

_KEPT = 256  # menus


class Action(NamedTuple):
    """What one press does."""

    name: str  #: the last part of the address that it is sent to
    label: str
    icon: str


class RowView(NamedTuple):
    """One row."""

    id: int
    url: str | None  #: of the book at its site, where a browser can follow it
    site: str  #: that has it
    title: str
    people: str
    letter: str  #: stands where no cover is
    tint: int
    edge: Edge
    bytes: int  #: of the whole book, as far as it is known
    words: str  #: how far it is, or why it waits
    limit: str  #: whose limit slows it
    state: str  #: a word for scripts and styles
    icon: str
    label: str  #: the state for people
    more: str  #: the line under it
    at: datetime | None  #: a moment that ``more`` names, for a countdown
    main: Action | None
    others: tuple[Action, ...]


class _State(NamedTuple):
    name: str
    icon: str
    label: str
    look: Look


def show_row(item: QueueItemView, words: Words, places: Mapping[int, int]) -> RowView:
    """Return the row of an item.

    Args:
        places: How many start before an item and with it, by id, of those that start next.
    """
    book = item.audiobook
    state = _state(item, words, places)
    title = book.title or book.url
    more, at = _more(item, words, places)
    return RowView(
        id=item.id,
        url=followable(book.url),
        site=site_of(book.url),
        title=title,
        people=people_of(book.authors) or book.series or "",
        letter=letter_of(title),
        tint=tint_of(book.id),
        edge=book_edge(state.look, _share(item), item.parts_total),
        bytes=item.bytes_total or item.bytes_done,
        words=_words(item, words),
        limit=words.translated_text(item.limit_reason, item.limit_message) or "",
        state=state.name,
        icon=state.icon,
        label=state.label,
        more=more,
        at=at,
        main=_main(item, words),
        others=_others(item, words, has_place=item.id in places),
    )


def _state(item: QueueItemView, words: Words, places: Mapping[int, int]) -> _State:
    _ = words.gettext
    match item.status:
        case WorkStatus.PROCESSING if item.wait_reason is None:
            label = _("Downloading") if item.stage is DownloadStage.DOWNLOADING else _("Finishing")
            if item.stage in {DownloadStage.METADATA, DownloadStage.WAITING, DownloadStage.STARTING}:
                label = _("Starting")
            return _State("running", "arrow-down", label, Look.FILL)
        case WorkStatus.PAUSED if item.is_held:
            return _State("held", "circle-alert", _("No room"), Look.STOPPED)
        case WorkStatus.PAUSED:
            return _State("paused", "pause", _("Paused"), Look.STOPPED)
        case WorkStatus.COMPLETED:
            return _State("complete", "circle-check", _("Complete"), Look.WHOLE)
        case WorkStatus.FAILED:
            return _State("failed", "triangle-alert", _("Failed"), Look.STOPPED)
    if places.get(item.id) == 1:
        return _State("waiting", "chevron-right", _("Next"), Look.STOPPED)
    return _State("waiting", "clock", _("Waiting"), Look.STOPPED)


def _share(item: QueueItemView) -> float:
    if item.status is WorkStatus.COMPLETED:
        return 1.0
    if item.bytes_total:
        return item.bytes_done / item.bytes_total
    return item.parts_done / item.parts_total if item.parts_total else 0.0


def _words(item: QueueItemView, words: Words) -> str:
    """Return the line under the edge: what went wrong, why it waits, or how far it is."""
    if item.status is WorkStatus.FAILED:
        return words.translated_text(item.error, item.error_message) or ""
    if item.wait_reason is not None:
        return capital(words.wait(item.wait_reason, item.wait_message) or "", item.wait_message)
    if item.status is WorkStatus.COMPLETED:
        parts = [words.size(item.bytes_done)] if item.bytes_done else []
        note = words.translated_text(item.audiobook.note, item.audiobook.note_message)
        return " · ".join([*parts, note or words.gettext("every part verified")])
    return " · ".join(_progress(item, words))


def _progress(item: QueueItemView, words: Words) -> list[str]:
    _ = words.gettext
    said = []
    if item.bytes_total:
        done, total = words.size(item.bytes_done), words.size(item.bytes_total)
        said.append(_("%(done)s of %(total)s") % {"done": done, "total": total} if item.bytes_done else total)
    elif item.bytes_done:
        said.append(words.size(item.bytes_done))
    if item.parts_total and item.parts_total > 1:
        part = min(item.parts_done + 1, item.parts_total)
        said.append(_("part %(part)s of %(total)s") % {"part": part, "total": item.parts_total})
    if item.status is WorkStatus.PAUSED and item.bytes_done:
        said.append(_("goes on where it stopped"))
    if item.bytes_per_second:
        said.append(words.speed(item.bytes_per_second))
    return said


def _more(item: QueueItemView, words: Words, places: Mapping[int, int]) -> tuple[str, datetime | None]:
    """Return the line under the state, and the moment that it names."""
    _ = words.gettext
    match item.status:
        case WorkStatus.PROCESSING:
            left = item.eta_seconds
            return ("" if left is None else _("%(time)s left") % {"time": words.duration(left)}), None
        case WorkStatus.FAILED if item.attempts:  # what is gone for good is not tried at all
            return _("%(count)s of %(most)s attempts") % {"count": item.attempts, "most": item.max_attempts}, None
        case WorkStatus.COMPLETED:
            return words.clock(item.updated_at), None
        case WorkStatus.PAUSED if item.is_held:
            return _("until there is room"), None
        case WorkStatus.QUEUED if item.next_attempt_at is not None and not item.is_outside_hours:
            return _("again %(time)s") % {"time": words.at(item.next_attempt_at)}, item.next_attempt_at
        case WorkStatus.QUEUED if (place := places.get(item.id)) is not None:
            return _("position %(place)s") % {"place": words.number(place)}, None
    return "", None


def _main(item: QueueItemView, words: Words) -> Action | None:
    _ = words.gettext
    match item.status:
        case WorkStatus.QUEUED | WorkStatus.PROCESSING:
            return Action("pause", _("Pause"), "pause")
        case WorkStatus.PAUSED if item.is_held:
            return Action("resume", _("Collect it anyway"), "arrow-down")
        case WorkStatus.PAUSED:
            return Action("resume", _("Resume"), "arrow-down")
        case WorkStatus.FAILED:
            return Action("retry", _("Retry"), "rotate-cw")
    return None


def _others(item: QueueItemView, words: Words, *, has_place: bool) -> tuple[Action, ...]:
    return _offered(
        words,
        item.status,
        is_outside_hours=item.is_outside_hours,
        can_be_tried=item.can_be_tried,
        can_be_kept=item.can_be_kept,
        has_place=has_place,
        is_ranked=item.rank is not None,
    )


@lru_cache(maxsize=_KEPT)
def _offered(
    words: Words,
    status: WorkStatus,
    *,
    is_outside_hours: bool,
    can_be_tried: bool,
    can_be_kept: bool,
    has_place: bool,
    is_ranked: bool,
) -> tuple[Action, ...]:
    """Return what the menu of such an item has; there are few kinds, and a page has fifty rows."""
    _ = words.gettext
    found = []
    if is_outside_hours:
        found.append(Action("resume", _("Collect it now anyway"), "arrow-down"))
    elif status is WorkStatus.QUEUED and can_be_tried:
        found.append(Action("retry", _("Try now"), "rotate-cw"))
    if can_be_kept:
        found.append(Action("keep", _("Keep it anyway"), "check"))
    if status in {WorkStatus.QUEUED, WorkStatus.PAUSED}:
        found.append(Action("first", _("Put it first"), "arrow-up-to-line"))
        if has_place:
            found.append(Action("up", _("Move it up"), "arrow-up"))
            found.append(Action("down", _("Move it down"), "arrow-down"))
        if is_ranked:
            found.append(Action("unrank", _("Start it by its priority again"), "undo-2"))
        found.append(Action("sooner", _("Raise its priority"), "plus"))
        found.append(Action("later", _("Lower its priority"), "minus"))
    found.append(Action("remove", _("Remove from the queue"), "x"))
    return tuple(found)
