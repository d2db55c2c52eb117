"""Who ordered what, and when: written in the transaction of the order itself, so there is none without the other.

Only what people order is written down, and what follows let go of as people told them to: what else the engine does by
itself is told by its runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from typing import NamedTuple

from ohdio_core.db.session import UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.act import Act

MOST_KEPT = 10_000
_LONGEST = 300  # characters of what it was about

_INSERT = sql(
    """
    INSERT INTO acts (actor, way, act, about, items, audiobook_id)
    VALUES (:actor, :way, :act, :about, :items, :audiobook_id) RETURNING id
    """
)
_BOOK_OF_ITEM = sql(
    """
    SELECT book.id, coalesce(book.title, book.url) AS title
    FROM queue_items item JOIN audiobooks book ON book.id = item.audiobook_id WHERE item.id = :id
    """
)
_COUNT = sql("UPDATE acts SET items = items + 1 WHERE id = :id RETURNING id")
# By a share of the ids, as most of the time there is nothing to forget.
_FORGET = sql("DELETE FROM acts WHERE id <= :last")
_EVERY = 100


class Actor(NamedTuple):
    """A person who orders something."""

    name: str | None  #: of an account
    way: str  #: how the person was recognised


_BY_A_FOLLOW = Actor(None, "follow")
_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


def act_as(actor: Actor) -> None:
    """Write down what is ordered from here on, in this request, as ordered by somebody."""
    _actor.set(actor)


def note(
    work: UnitOfWork, act: Act, about: str | None = None, *, items: int = 1, audiobook_id: int | None = None
) -> None:
    """Write down that the person of this request ordered something; nothing where there is none.

    Args:
        about: A title, a link, the name of a setting or of an account.
        items: How many it concerned; where it was none, nothing is written.
        audiobook_id: Of the book, where it concerned one.
    """
    if items and (actor := _actor.get()) is not None:
        _note(work, actor, act, about, items=items, audiobook_id=audiobook_id)


def note_of_follow(work: UnitOfWork, act: Act, title: str) -> int:
    """Write down what a follow did with a book by itself, as a person had told it to; return what names that note."""
    return _note(work, _BY_A_FOLLOW, act, title, items=1, audiobook_id=None)


def count_one_more(work: UnitOfWork, note_id: int) -> bool:
    """Write down that what was noted concerned one more; return False where there is no such note any more."""
    return work.execute(_COUNT, {"id": note_id}).first() is not None


def _note(work: UnitOfWork, actor: Actor, act: Act, about: str | None, *, items: int, audiobook_id: int | None) -> int:
    row = {
        "actor": actor.name,
        "way": actor.way,
        "act": act,
        "about": None if about is None else about[:_LONGEST],
        "items": items,
        "audiobook_id": audiobook_id,
    }
    number: int = work.execute(_INSERT, row).scalar_one()
    if number % _EVERY == 0:
        work.execute(_FORGET, {"last": number - MOST_KEPT})
    return number


class NotedBook(NamedTuple):
    """The one book that an order is about."""

    id: int
    title: str


def book_of(work: UnitOfWork, ids: Sequence[int]) -> NotedBook | None:
    """Return the book of the one item that something is ordered of; None of several, and where nothing is written down.

    Looked up before the order, which may take the item away.
    """
    if _actor.get() is None or len(ids) != 1:
        return None
    row = work.execute(_BOOK_OF_ITEM, {"id": ids[0]}).one_or_none()
    return None if row is None else NotedBook(row.id, row.title)


def note_of_items(work: UnitOfWork, act: Act, book: NotedBook | None, items: int) -> None:
    """Write down what was ordered of items of the queue.

    Args:
        book: What ``book_of`` returned.
        items: How many it concerned.
    """
    if book is None:
        note(work, act, items=items)
    else:
        note(work, act, book.title, items=items, audiobook_id=book.id)
