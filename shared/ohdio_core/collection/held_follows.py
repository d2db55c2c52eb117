"""Held follows: what is listed is compared with what a person has, and nothing is fetched before they confirm it.

Books of such a listing are added and described as any, but their queue items are paused. Once it is confirmed, what was
found in the folder is taken in (``collection.folder_imports``); all else is forgotten, and the follow begins as if it
were new, with the same rules for what it takes.

What a person has decided is written down first, and nothing changes it any more: what they have is wanted of the
folder by then. The rest is forgotten some at a time (``settle``); whoever is cut off leaves it to the next check of the
follow, which begins only after that.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from ohdio_core.collection import control
from ohdio_core.collection.folder_imports import IMPORTS, UNDER_WAY, begin_import, want
from ohdio_core.collection.locking import lock_books
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.following import Hold, Take
from ohdio_core.domain.found_book import Verdict
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.work.stages import BOOKS, FOLLOWING
from ohdio_core.work.transitions import REQUEUED

_SQL = NamedSql(__name__)
_READ_HOLD = _SQL.statement("read_hold")
_FIND_UNTAKEN = _SQL.statement("find_untaken")
_DECIDE = _SQL.statement("decide")
_LOCK_DECIDED = _SQL.statement("lock_decided")
_LIFT = _SQL.statement("lift")
_MAKE_DUE = _SQL.statement("make_due", requeued=REQUEUED.assignments)
_END_IMPORT = sql("UPDATE folder_imports SET ended_at = clock_timestamp() WHERE follow_id = :id AND ended_at IS NULL")

_BATCH = 500  # books a transaction, so that none holds its locks for long
_BEING_COMPARED = sentence("held.being_compared", "It is being compared with the folder; confirm it once that is done.")


def hold_items(work: UnitOfWork, audiobook_ids: Collection[int]) -> None:
    """Pause the downloads of books that a held follow has added."""
    find = sql("SELECT id FROM queue_items WHERE audiobook_id = ANY(:ids)")
    control.pause(work, list(work.execute(find, {"ids": sorted(audiobook_ids)}).scalars()))


def compare(work: UnitOfWork, follow_id: int, path: str, *, is_moved: bool) -> Sentence | None:
    """Compare what a held follow lists with a folder, once it was read; return why not, where that cannot be.

    Args:
        is_moved: The files of books that are had are moved, not copied.
    """
    if work.execute(_READ_HOLD, {"id": follow_id}).scalar() is None:
        return sentence(
            "held.begun", "This is followed already, and not held: `ohdio import` with the folder takes in what it has."
        )
    if not begin_import(work, path, is_moved=is_moved, follow_id=follow_id):
        return UNDER_WAY
    work.changed(FOLLOWING.topic, follow_id)
    return None


def confirm(
    work: UnitOfWork,
    follow_id: int,
    had: Collection[int],
    take: Take | None,
    newest: int | None,
    *,
    from_day: date | None = None,
) -> Sentence | None:
    """Take what was found in the folder, and have the follow begin once ``settle`` has forgotten the rest.

    Returns why not, where that cannot be.

    Args:
        had: The ids of found books that are unsure, and that are had.
        take: What is taken of the others; None for what was ordered.
    """
    row = work.execute(_READ_HOLD, {"id": follow_id}).one_or_none()
    if row is None:
        return sentence("held.is_not", "The follow {id} is not held.", id=follow_id)
    if row.lease_token is not None or row.hold == "unread" or row.step in {"reading", "filing"}:
        return _BEING_COMPARED
    if row.step is not None:
        want(work, row.import_id, None, [Verdict.KNOWN])
        if had:
            want(work, row.import_id, had, ())
    taken = {"take": None if take is None else take.value, "newest": newest, "from_day": from_day}
    work.execute(_DECIDE, {"id": follow_id, "hold": Hold.CONFIRMED.value, **taken})
    work.changed(FOLLOWING.topic, follow_id)
    return None


def end_hold(work: UnitOfWork, follow_id: int) -> bool:
    """End a held follow once ``settle`` has forgotten what it held; return False for one that is not held.

    Nothing is compared with it any more; what was confirmed before is still taken from its folder.
    """
    if work.execute(_READ_HOLD, {"id": follow_id}).one_or_none() is not None:
        work.execute(_END_IMPORT, {"id": follow_id})
        work.changed(IMPORTS)
    as_ordered = {"take": None, "newest": None, "from_day": None}
    return work.execute(_DECIDE, {"id": follow_id, "hold": Hold.ENDING.value, **as_ordered}).scalar() is not None


def settle(work: UnitOfWork, follow_id: int) -> bool:
    """Go on with what was decided of a held follow: forget some books, or, where none is left, have it begin or end.

    Returns whether nothing is left to be done.
    """
    hold = work.execute(_LOCK_DECIDED, {"id": follow_id}).scalar_one_or_none()
    if hold is None:
        return True
    if _let_go(work, follow_id) == _BATCH:
        return False
    if hold == Hold.CONFIRMED:
        work.execute(_LIFT, {"id": follow_id})
        work.execute(_MAKE_DUE, {"id": follow_id})
    else:
        work.execute(sql("DELETE FROM follows WHERE id = :id"), {"id": follow_id})
    work.changed(FOLLOWING.topic, follow_id)
    work.wake(FOLLOWING.name)
    return True


def _let_go(work: UnitOfWork, follow_id: int) -> int:
    """Forget some of the books that a held follow has added, but those that are taken in or somebody else wants.

    Returns how many it was about.
    """
    found = {row.id: row.is_wanted for row in work.execute(_FIND_UNTAKEN, {"id": follow_id, "most": _BATCH})}
    lock_books(work, found)
    dropped = sorted(book for book, is_wanted in found.items() if not is_wanted)
    items = sql("SELECT id FROM queue_items WHERE audiobook_id = ANY(:ids) AND status = 'paused'")
    control.forget(work, list(work.execute(items, {"ids": dropped}).scalars()))
    work.execute(sql("DELETE FROM audiobooks WHERE id = ANY(:ids)"), {"ids": dropped})
    for book in dropped:
        work.changed(BOOKS, book)
    others = sorted(book for book, is_wanted in found.items() if is_wanted)
    control.resume(work, list(work.execute(items, {"ids": others}).scalars()))
    return len(found)
