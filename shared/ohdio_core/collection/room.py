"""Books that would not fit the disk: held with the reason until there is room, or until a person wants them anyway.

A held item is paused, and has a wait reason; one that a person has paused has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row

from ohdio_core.collection.control import announce
from ohdio_core.collection.locking import lock_items
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.book_form import BookForm
from ohdio_core.sentences import Sentence, json_of, sentence, text_of
from ohdio_core.work.transitions import PAUSED, RESUMED

_SQL = NamedSql(__name__)
#: SQL: "usual", a query of what books usually weigh, and "weight", what that of ``item`` does, given that as ``usual``.
WEIGHED = {name: _SQL.text(name) for name in ("usual", "weight")}
_COPIED = {**WEIGHED, "copy": _SQL.text("copy")}
_READ_IN_ORDER = _SQL.statement("read_in_order", **_COPIED)
_WEIGH_RUNNING = _SQL.statement("weigh_running", **_COPIED)
#: SQL: what the item ``:id`` weighs whose run has begun, and what those do that have begun before it.
WEIGH_CLAIMED = _SQL.text("weigh_claimed", **_COPIED)
_HOLD = _SQL.statement("hold", paused=PAUSED.assignments)
_RELEASE = _SQL.statement("release", resumed=RESUMED.assignments)

#: So many of those that start next, and of those that are held, are looked at together.
_MOST = 1_000


class Weight(NamedTuple):
    """What books weigh, in bytes."""

    whole: int
    to_come: int  #: of it, what is not on the disk yet
    copy: int = 0  #: what they take a second time, while parts are made one file


class QueuedBook(NamedTuple):
    """An item that wants room."""

    id: int
    weight: Weight | None  #: None where nothing tells it
    is_held: bool
    is_waived: bool


def no_room(needed: int, folder: str) -> Sentence:
    """Return why an item is held.

    Args:
        needed: Bytes.
        folder: On the disk that has too little room.
    """
    return sentence(
        "wait.no_room",
        "there is no room for its {needed:,} MiB on the disk of {folder}; it goes on by itself once there is",
        needed=max(1, round(needed / 2**20)),
        folder=folder,
    )


def read_in_order(work: UnitOfWork, form: BookForm) -> list[QueuedBook]:
    """Return the items that start next, and those that are held, the most urgent first.

    Args:
        form: What books are filed as of which nobody has said it.
    """
    rows = work.execute(_READ_IN_ORDER, {"most": _MOST, "form": form.value}).all()
    return [QueuedBook(row.id, _weight(row.whole, row.to_come, row.copy), row.is_held, row.is_waived) for row in rows]


def weigh_running(work: UnitOfWork, form: BookForm) -> Weight:
    """Return what the books weigh together that hold a slot."""
    return Weight(*work.execute(_WEIGH_RUNNING, {"form": form.value}).one())


class Claimed(NamedTuple):
    """A book whose run has begun."""

    weight: Weight | None
    is_waived: bool
    others: Weight  #: of the runs that began before


def claimed_of(row: Row[*tuple[Any, ...]]) -> Claimed:
    """Return what a row of ``WEIGH_CLAIMED`` says."""
    others = Weight(row.others_whole or 0, row.others_to_come or 0, row.others_copy or 0)
    return Claimed(_weight(row.whole, row.to_come, row.copy), bool(row.is_waived), others)


def hold(work: UnitOfWork, reasons: Mapping[int, Sentence], weights: Mapping[int, Weight]) -> int:
    """Hold those of these items that are due; return how many.

    Args:
        reasons: By the item's id.
        weights: The same.
    """
    ids = list(reasons)
    lock_items(work, ids)
    held = work.execute(
        _HOLD,
        {
            "ids": ids,
            "bytes": [weights[item].whole for item in ids],
            "reasons": [text_of(reasons[item]) for item in ids],
            "messages": [json_of(reasons[item]) for item in ids],
        },
    )
    return announce(work, held.scalars())


def release(work: UnitOfWork, ids: Sequence[int]) -> int:
    """Queue those of these items again that are held; return how many."""
    lock_items(work, ids)
    return announce(work, work.execute(_RELEASE, {"ids": list(ids)}).scalars())


def _weight(whole: int | None, to_come: int | None, copy: int | None) -> Weight | None:
    return None if whole is None or to_come is None else Weight(whole, to_come, copy or 0)
