"""Adding books by their links, those of several requests in one transaction where many come at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from ohdio_api.submissions.group_commit import GroupCommit
from ohdio_api.submissions.recognition import Recognised
from ohdio_api.submissions.results import book_result
from ohdio_core.away import is_unanswered
from ohdio_core.collection.acts import note
from ohdio_core.collection.add_books import Standing, add_books
from ohdio_core.collection.retention import spare
from ohdio_core.collection.shows import file_with_show
from ohdio_core.db.models import Audiobook, QueueItem
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.domain.act import Act
from ohdio_core.domain.audiobook import BookRef, Target
from ohdio_core.domain.book_form import BookForm, form_named
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.library import Library
from ohdio_core.schemas.submissions import SubmissionResult, Wishes

Identity = tuple[str, str]  #: of a book: its source, and its id there

#: After which requests are added beside others, one of which may look for files in a library that is slow to answer.
_PATIENCE = 0.1  # seconds
_MOST_TOGETHER = 32  # requests
_MOST_LINKS = 8  # of a request that goes together with others: who adds hundreds keeps nobody waiting


@dataclass(frozen=True, slots=True)
class _Asked:
    """The books that one request asks for, each once."""

    links: Mapping[Identity, Recognised]
    wishes: tuple[int, BookForm | None, int | None]  #: priority, form, kilobytes a second: one for a whole transaction
    trace_id: UUID
    person: Context = field(default_factory=copy_context)  #: of the request, as whose order it is written down


@dataclass(frozen=True, slots=True)
class _Found:
    """A book as the database has it."""

    id: int
    status: WorkStatus | None  #: None when its item was deleted since


class BookIntake:
    """Adds the books of requests."""

    def __init__(self, database: Database, library: Library) -> None:
        self._database = database
        self._library = library
        self._commits = GroupCommit(
            self._add, _go_together, is_for_each=is_unanswered, patience=_PATIENCE, most=_MOST_TOGETHER
        )

    def add(
        self, links: Mapping[Identity, Recognised], wishes: Wishes, trace_id: UUID
    ) -> dict[Identity, SubmissionResult]:
        """Add books, each once; return what became of each."""
        if not links:
            return {}
        asked = _Asked(links, (wishes.priority, form_named(wishes.form), wishes.speed_limit_kb), trace_id)
        return self._commits.do(asked) if len(links) <= _MOST_LINKS else self._add([asked])[0]

    def _add(self, requests: Sequence[_Asked]) -> list[dict[Identity, SubmissionResult]]:
        """Add the books of requests, all with the same wishes and each book in one of them."""
        books = {identity: link for asked in requests for identity, link in asked.links.items()}
        with self._database.unit_of_work() as work:
            standings = self._store(work, requests)
            spare(work, standings)
            new = {number for number, standing in standings.items() if standing is not Standing.KNOWN}
            if self._library.folder is not None:
                file_with_show(work, new)
            # What it is to say of a book that is new is known without a look at it.
            if len(new) == len(books):
                found = {
                    identity: _Found(number, WorkStatus.QUEUED)
                    for identity, number in zip(books, standings, strict=True)
                }
            else:
                found = _find(work.session, [link.target for link in books.values()], list(standings))
            for asked in requests:
                asked.person.run(_note, work, asked, new & {found[identity].id for identity in asked.links})
        return [
            {
                identity: book_result(link.target, (book := found[identity]).id, standings[book.id], book.status)
                for identity, link in asked.links.items()
            }
            for asked in requests
        ]

    def _store(self, work: UnitOfWork, requests: Sequence[_Asked]) -> dict[int, Standing]:
        """Store books; return what became of each by its number, in the order of requests and links."""
        priority, form, speed_limit_kb = requests[0].wishes
        added = add_books(
            work,
            [
                (BookRef(link.target.source, link.target.url, link.target.external_id), link.site_key)
                for asked in requests
                for link in asked.links.values()
            ],
            priority=priority,
            are_filed=self._library.holds_each,
            form=form,
            speed_limit_kb=speed_limit_kb,
            trace_id=requests[0].trace_id,
            traces={link.target.url: asked.trace_id for asked in requests for link in asked.links.values()},
        )
        return {book.audiobook_id: book.standing for book in added}


def _go_together(batch: Sequence[_Asked], asked: _Asked) -> bool:
    """Return whether a request can be added in one transaction with others.

    A book that two of them ask for is new to the first alone.
    """
    return batch[0].wishes == asked.wishes and all(
        asked.links.keys().isdisjoint(other.links) and _urls(asked).isdisjoint(_urls(other)) for other in batch
    )


def _urls(asked: _Asked) -> set[str]:
    return {link.target.url for link in asked.links.values()}


def _note(work: UnitOfWork, asked: _Asked, new: set[int]) -> None:
    """Write down who added so many new books; the one book, where it is one."""
    url = next(iter(asked.links.values())).target.url if len(asked.links) == 1 else None
    note(work, Act.ADDED, url, items=len(new), audiobook_id=next(iter(new)) if len(new) == 1 else None)


def _find(session: Session, targets: Sequence[Target], ids: Sequence[int]) -> dict[Identity, _Found]:
    """Read the books of targets that were just added, by source and external id."""
    by_url = {target.url: (target.source, target.external_id) for target in targets}
    rows = session.execute(
        select(Audiobook.id, Audiobook.url, Audiobook.source, Audiobook.external_id, QueueItem.status)
        .outerjoin(QueueItem, and_(QueueItem.audiobook_id == Audiobook.id, QueueItem.deleted_at.is_(None)))
        .where(Audiobook.id.in_(ids))
    ).all()
    found: dict[Identity, _Found] = {}
    for row in rows:
        book = _Found(row.id, None if row.status is None else WorkStatus(row.status))
        if (key := by_url.get(row.url)) is not None:
            found[key] = book
        found[row.source, row.external_id] = book
    return found
