"""Shows: which books are filed as the episodes of one, as a follow of their feed says, whoever adds them.

It is said when a book is added; what is in the library stays where it is.
"""

from __future__ import annotations

from collections.abc import Collection

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.audiobook import Target
from ohdio_core.domain.identity import identity_of

_SQL = NamedSql(__name__)
_NOTE_SHOW = _SQL.statement("note_show")
_NOTE_FOLLOWED_SHOW = _SQL.statement("note_followed_show")
_FIND_ADDRESSES = _SQL.statement("find_addresses")
_NAME_LISTED_SHOW = _SQL.statement("name_listed_show")
_NOTE_LISTED_SHOW = _SQL.statement("note_listed_show")


def file_as_show(work: UnitOfWork, follow_id: int, audiobook_ids: Collection[int], show: str) -> None:
    """File books that a follow has added as the episodes of its show.

    Args:
        show: What that is called now. The name that earlier ones were filed under counts before it.
    """
    work.execute(_NOTE_SHOW, {"id": follow_id, "ids": sorted(audiobook_ids), "show": show})


def file_with_show(work: UnitOfWork, audiobook_ids: Collection[int]) -> None:
    """File those of these books among the episodes of a show that is followed as one and lists them.

    It has not added them: somebody has picked them, or another listing has them, too.
    """
    work.execute(_NOTE_FOLLOWED_SHOW, {"ids": sorted(audiobook_ids)})


def name_listed_show(
    work: UnitOfWork, listing: Target, title: str | None, listed: Collection[str], *, is_feed: bool
) -> str | None:
    """Return what the show is called that a listing is followed as; None where it is not followed, or not as one.

    It may be followed by another link: one that leads here for good, or of a feed that has moved and does not say so to
    whoever asks for it. A show that has no name yet gets one, and its follow stays locked until the commit: call this
    before any book is locked, as checks do.

    Args:
        title: Of the listing, for a follow that was not checked yet.
        listed: The external ids of some of its books.
        is_feed: It is one, as its link tells.
    """
    here = identity_of(listing.url)
    moved = [row.id for row in work.execute(_FIND_ADDRESSES) if identity_of(row.address) == here]
    named = {"source": listing.source, "external_id": listing.external_id, "title": title, "is_feed": is_feed}
    found: str | None = work.execute(_NAME_LISTED_SHOW, {**named, "moved": moved, "listed": list(listed)}).scalar()
    return found


def file_with_listed_show(work: UnitOfWork, audiobook_ids: Collection[int], show: str | None) -> None:
    """File books that a scan has added among the episodes of followed shows: of that of its listing, or of others.

    Args:
        show: Of the listing (``name_listed_show``).
    """
    if show is not None:
        work.execute(_NOTE_LISTED_SHOW, {"ids": sorted(audiobook_ids), "show": show})
    file_with_show(work, audiobook_ids)
