"""Follows: listings that are looked at again and again, and what each adds of them.

A follow remembers every book that it has met. It adds each once, ever, if at all: what was removed, let go or lost
since stays away until a person asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from ohdio_core.collection import control
from ohdio_core.collection.add_books import AreFiled, add_books
from ohdio_core.collection.filters import encode_filters
from ohdio_core.collection.held_follows import end_hold, hold_items, settle
from ohdio_core.collection.shows import file_as_show
from ohdio_core.collection.unwanted import lock_and_find_unwanted
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.audiobook import BookRef, Target
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.filters import Filters
from ohdio_core.domain.following import FollowBounds, Keeping, Take
from ohdio_core.domain.queue import DEFAULT_PRIORITY
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.trace import new_trace
from ohdio_core.work.stages import FOLLOWING
from ohdio_core.work.transitions import PAUSED, REQUEUED, RESUMED

_SQL = NamedSql(__name__)
_INSERT = _SQL.statement("insert")
_FIND_UNMET = _SQL.statement("find_unmet")
_FIND_KNOWN = _SQL.statement("find_known")
_NOTE_MET = _SQL.statement("note_met")
_NOTE_WANTED = _SQL.statement("note_wanted")
_FORGET_MET = _SQL.statement("forget_met")
_SUM_BYTES = _SQL.statement("sum_bytes")
_LOCK_SPEED = _SQL.statement("lock_speed")
_FIND_FORMER = _SQL.statement("find_former")
_FIND_FAILED = _SQL.statement("find_failed")
_CHECK_NOW = _SQL.statement("check_now", requeued=REQUEUED.assignments)
_BATCH = 500  # items a transaction, so that none holds its locks for long
#: What may be changed of a follow: columns, and the SQL of their new values.
_CHANGES = {
    "filters": "CAST(:filters AS jsonb)",
    "priority": ":priority",
    "most_per_check": ":most_per_check",
    "most_bytes": ":most_bytes",
    "check_every": ":check_every",
    "keep_newest": ":keep_newest",
    "keep_for": ":keep_for",
    "form": ":form",
    "speed_limit_kb": "CAST(:speed_limit_kb AS integer)",
    "as_show": ":as_show",
}
#: What its books may still come with, but for what is wished now.
_SPEEDS_BEFORE = (
    "array_remove(array_append(array_remove(speeds_before, speed_limit_kb), speed_limit_kb), "
    "CAST(:speed_limit_kb AS integer))"
)

_READ_SPEED = sql("SELECT speed_limit_kb FROM follows WHERE id = :id", "speed_limit_kb")


@dataclass(frozen=True, slots=True)
class FollowWishes:
    """What is wanted of a listing that is followed."""

    take: Take = Take.NEW
    newest: int | None = None  #: with ``Take.NEWEST``
    from_day: date | None = None  #: with ``Take.NEW``: what appeared from then on is new
    filters: Filters = field(default_factory=Filters)
    bounds: FollowBounds = field(default_factory=FollowBounds)
    keeping: Keeping = field(default_factory=Keeping)
    priority: int = DEFAULT_PRIORITY
    check_every: timedelta | None = None  #: None: as the settings say
    form: BookForm | None = None  #: of the books that it adds; None: as the settings say
    speed_limit_kb: int | None = None  #: kilobytes a second that each of these may come with; None for any number
    as_show: bool | None = None  #: its books are filed as the episodes of a show; None: if it is a feed
    is_held: bool = False  #: nothing is fetched before somebody confirms it (``collection.held_follows``)


def no_such_follow(follow_id: int) -> Sentence:
    """Return the sentence for a follow that there is none of."""
    return sentence("follow.no_such_follow", "There is no follow {id}; it may have been ended.", id=follow_id)


def add_follow(
    work: UnitOfWork, target: Target, site_key: str, wishes: FollowWishes, *, number: int | None = None
) -> tuple[int, bool]:
    """Follow a listing, and look at it at once; return the follow's id and whether it is new.

    One that is followed already keeps its own wishes; one that ended, as its listing was gone, is checked anew.

    Args:
        number: The id of a new follow, where that is in its address; the next one, if None.
    """
    filters = wishes.filters
    inserted = {
        "id": number,
        "url": target.url,
        "source": target.source,
        "external_id": target.external_id,
        "key": site_key,
        "take": wishes.take.value,
        "newest": wishes.newest,
        "from_day": wishes.from_day,
        "filters": None if filters == Filters() else encode_filters(filters),
        "most_per_check": wishes.bounds.most_per_check,
        "most_bytes": wishes.bounds.most_bytes,
        "priority": wishes.priority,
        "check_every": wishes.check_every,
        "keep_newest": wishes.keeping.newest,
        "keep_for": wishes.keeping.time,
        "form": None if wishes.form is None else wishes.form.value,
        "speed": wishes.speed_limit_kb,
        "as_show": wishes.as_show,
        "hold": "unread" if wishes.is_held else None,
        "trace": new_trace(),
    }
    row = work.execute(_INSERT, inserted).one()
    if row.is_ending:
        # Whoever ended it was cut off: its next check would end what is ordered now.
        while not settle(work, row.id):
            pass
        row = work.execute(_INSERT, inserted).one()
    if row.is_new or row.has_ended:
        check_now(work, row.id)
        _announce(work, row.id)
    return row.id, row.is_new


def end_follow(work: UnitOfWork, follow_id: int) -> bool:
    """End a follow; what it has added stays. Returns False when there is none.

    A check that runs at this moment loses its lease, and adds nothing more. One that is held ends once what it held is
    forgotten (``held_follows.settle``).
    """
    if end_hold(work, follow_id):
        return True
    ended = work.execute(sql("DELETE FROM follows WHERE id = :id RETURNING id"), {"id": follow_id}).scalar()
    if ended is not None:
        _announce(work, follow_id)
    return ended is not None


def change_follow(work: UnitOfWork, follow_id: int, values: Mapping[str, object]) -> bool:
    """Change what is wanted of a listing, from its next check on. Returns False when there is none.

    What was left out by earlier wishes stays left out. Another speed is to be passed on after that
    (``pass_on_speed``); whoever is cut off before its end leaves the rest to the next change or check.

    Args:
        values: By the names of their columns: filters (None for none), priority, most_per_check, most_bytes,
            check_every, keep_newest, keep_for, form, speed_limit_kb, as_show.
    """
    stored = dict(values)
    if "filters" in stored:
        filters = stored["filters"]
        stored["filters"] = encode_filters(filters) if isinstance(filters, Filters) and filters != Filters() else None
    # Validators may belong to a listing of which not all was wanted.
    changes = [f"{name} = {_CHANGES[name]}" for name in sorted(stored)]
    if "speed_limit_kb" in stored:
        changes.append(f"speeds_before = {_SPEEDS_BEFORE}")
    assignments = ", ".join(changes) or "updated_at = now()"
    statement = f"UPDATE follows SET {assignments}, validators = NULL WHERE id = :id RETURNING id"
    changed = work.execute(sql(statement, "id"), {"id": follow_id, **stored}).scalar()
    work.changed(FOLLOWING.topic, follow_id)
    return changed is not None


def pass_on_speed(work: UnitOfWork, follow_id: int) -> bool:
    """Pass the speed of a follow on to some of what it has added and is to come, unless somebody has set its own.

    Returns whether that was all of it. The follow is locked first, as a check does that adds books at this moment.
    """
    follow = work.execute(_LOCK_SPEED, {"id": follow_id}).one_or_none()
    if follow is None or not follow.is_to_pass_on:
        return True
    items = list(work.execute(_FIND_FORMER, {"id": follow_id, "most": _BATCH}).scalars())
    if items:
        control.set_speed_limit(work, items, follow.speed_limit_kb)
    is_all = len(items) < _BATCH
    if is_all:
        work.execute(sql("UPDATE follows SET speeds_before = '{}' WHERE id = :id"), {"id": follow_id})
    return is_all


def pause_follow(work: UnitOfWork, follow_id: int) -> bool:
    """Pause a follow: nothing is looked at or added until it is resumed. Returns False when there is none."""
    follow = {"id": follow_id}
    is_there = work.execute(sql("SELECT id FROM follows WHERE id = :id FOR UPDATE", "id"), follow).scalar() is not None
    work.execute(
        sql(
            f"UPDATE follows SET {PAUSED.assignments} "
            f"WHERE id = :id AND lease_token IS NULL AND {PAUSED.applies_to('follows')}"
        ),
        follow,
    )
    work.execute(sql("UPDATE follows SET stop_requested = 'pause' WHERE id = :id AND lease_token IS NOT NULL"), follow)
    _announce(work, follow_id)
    return is_there


def resume_follow(work: UnitOfWork, follow_id: int) -> bool:
    """Resume a paused follow, with a check at once. Returns False when there is none."""
    follow = {"id": follow_id}
    is_there = work.execute(sql("SELECT id FROM follows WHERE id = :id FOR UPDATE", "id"), follow).scalar() is not None
    work.execute(
        sql("UPDATE follows SET stop_requested = NULL WHERE id = :id AND stop_requested = 'pause'"),
        follow,
    )
    work.execute(
        sql(f"UPDATE follows SET {RESUMED.assignments} WHERE id = :id AND {RESUMED.applies_to('follows')}"), follow
    )
    _announce(work, follow_id)
    return is_there


def check_now(work: UnitOfWork, follow_id: int) -> bool:
    """Make a follow due at once, also one that ended because its listing was gone.

    Returns False when there is none, or it is paused.
    """
    is_due = work.execute(_CHECK_NOW, {"id": follow_id}).scalar() is not None
    if is_due:
        _announce(work, follow_id)
    return is_due


@dataclass(frozen=True, slots=True)
class Followed:
    """Whom books are added for, and how."""

    id: int
    filters: Filters
    priority: int
    trace_id: UUID
    form: BookForm | None = None  #: as they are to be filed
    is_held: bool = False  #: they are not fetched before somebody confirms it
    as_show: bool | None = None  #: they are filed as the episodes of a show; None: if the listing is a feed


@dataclass(frozen=True, slots=True)
class Met:
    """What became of books of a listing that a follow looked at."""

    added: int  #: new ones, queued
    announced: int  #: bytes of audio that these have, as far as the listing tells
    is_cut_short: bool  #: more are new than may be added


def find_unmet(work: UnitOfWork, follow_id: int, books: Sequence[BookRef]) -> list[BookRef]:
    """Return those of these books that a follow has not met, in order."""
    ids = [book.external_id for book in books]
    unmet = set(work.execute(_FIND_UNMET, {"id": follow_id, "external_ids": ids}).scalars())
    return [book for book in books if book.external_id in unmet]


def note_met(work: UnitOfWork, follow_id: int, books: Sequence[BookRef]) -> None:
    """Record that a follow has met books that it does not want."""
    work.execute(_NOTE_MET, {"id": follow_id, "external_ids": sorted(book.external_id for book in books)})


def _note_wanted(
    work: UnitOfWork, follow_id: int, books: Sequence[BookRef], added: Mapping[str, int], numbers: Mapping[str, int]
) -> None:
    """Record that a follow has met books that it wanted, also those that it did not add as they were there."""
    ordered = sorted(books, key=lambda book: book.external_id)
    work.execute(
        _NOTE_WANTED,
        {
            "id": follow_id,
            "external_ids": [book.external_id for book in ordered],
            "audiobooks": [added.get(book.external_id) for book in ordered],
            "published": [book.published for book in ordered],
            "numbers": [numbers[book.external_id] for book in ordered],
        },
    )


def take_over(work: UnitOfWork, follow_id: int, met: Sequence[str], *, has_begun: bool, show: str | None) -> None:
    """Make a follow go on where it was elsewhere: what it met there it does not add, and its show keeps its name."""
    begun = {"id": follow_id, "has_begun": has_begun, "show": show}
    work.execute(sql("UPDATE follows SET has_begun = :has_begun, show = :show WHERE id = :id"), begun)
    if met:
        work.execute(_NOTE_MET, {"id": follow_id, "external_ids": sorted(set(met))})


def forget_met(work: UnitOfWork, follow_id: int, external_ids: Sequence[str]) -> None:
    """Forget that a follow has met these books, so that its next check does."""
    if external_ids:
        work.execute(_FORGET_MET, {"id": follow_id, "external_ids": list(external_ids)})


def bytes_held(work: UnitOfWork, follow_id: int) -> int:
    """Return how many bytes of audio a follow has added: those that are filed, and of others what is announced."""
    held: int = work.execute(_SUM_BYTES, {"id": follow_id}).scalar_one()
    return held


def announced_bytes(book: BookRef) -> int:
    """Return how many bytes of audio a listing says that a book has; 0 where it does not."""
    return sum(part.size or 0 for part in book.details.parts) if book.details is not None else 0


def add_unmet(
    work: UnitOfWork,
    follow: Followed,
    books: Sequence[tuple[BookRef, str]],
    numbers: Mapping[str, int],
    *,
    most: int | None,
    most_bytes: int | None,
    show: str | None = None,
    are_filed: AreFiled,
) -> Met:
    """Add the books that a follow meets for the first time and that nothing speaks against, and record all of them.

    Books that are known already, from wherever, are left as they are.

    Args:
        books: Each with its site key; ``find_unmet`` found them in this transaction.
        numbers: How new each is (``Newness``), by its id.
        most: So many at most; those beyond are not recorded, so that the next check meets them.
        most_bytes: No more once those that are added have so many, as far as the listing tells.
        show: Of which they are filed as episodes; None where each gets a folder of its own. The name that earlier ones
            were filed under counts before it, so that a show which is called otherwise by now has one folder.
    """
    refs = [book for book, _ in books]
    unwanted = lock_and_find_unwanted(work, refs)
    known = set(
        work.execute(
            _FIND_KNOWN,
            {
                "urls": [book.url for book in refs],
                "sources": [book.source for book in refs],
                "external_ids": [book.external_id for book in refs],
            },
        ).scalars()
    )
    new = [(book, key) for book, key in books if book.url not in unwanted and book.url not in known]
    room = len(new) if most is None else min(most, len(new))
    if most_bytes is not None:
        room = min(room, _fitting([book for book, _ in new], most_bytes))
    taken, left = new[:room], new[room:]
    # As it is now, and not as it was when the check began: what is changed meanwhile holds for these, too.
    speed_limit = work.execute(_READ_SPEED, {"id": follow.id}).scalar_one_or_none()
    added = add_books(
        work,
        taken,
        priority=follow.priority,
        are_filed=are_filed,
        filters=follow.filters,
        form=follow.form,
        speed_limit_kb=speed_limit,
        trace_id=follow.trace_id,
    )
    if show is not None and added:
        file_as_show(work, follow.id, [each.audiobook_id for each in added], show)
    if follow.is_held:
        hold_items(work, [each.audiobook_id for each in added])
    ids = {book.external_id: each.audiobook_id for (book, _), each in zip(taken, added, strict=True)}
    beyond = {book.external_id for book, _ in left}
    _note_wanted(work, follow.id, [book for book in refs if book.external_id not in beyond], ids, numbers)
    forget_met(work, follow.id, sorted(beyond))
    return Met(len(taken), sum(announced_bytes(book) for book, _ in taken), is_cut_short=bool(left))


def retry_failed(work: UnitOfWork, follow_id: int) -> int:
    """Requeue what a follow has added and what has failed since; return how many books."""
    failed = list(work.execute(_FIND_FAILED, {"id": follow_id, "most": _BATCH}).scalars())
    return control.retry(work, failed) if failed else 0


def _fitting(books: Sequence[BookRef], room: int) -> int:
    """Return how many of the first of these books may be added while less than ``room`` bytes are taken.

    Of a size that nobody announces the end is known only once it is filed; the next check counts it.
    """
    for number, book in enumerate(books):
        if room <= 0:
            return number
        room -= announced_bytes(book)
    return len(books)


def _announce(work: UnitOfWork, follow_id: int) -> None:
    work.changed(FOLLOWING.topic, follow_id)
    work.wake(FOLLOWING.name)
