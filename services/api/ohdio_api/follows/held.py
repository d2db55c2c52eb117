"""Held follows: what of a listing somebody has is shown, and confirmed before anything is fetched."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import Any

from ohdio_api.beside import wait_of
from ohdio_api.follows.taken import stored_take
from ohdio_api.problems import Refusal
from ohdio_core.collection import held_follows
from ohdio_core.collection.acts import note
from ohdio_core.collection.follows import no_such_follow
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.db.sql import sql
from ohdio_core.domain.act import Act
from ohdio_core.domain.found_book import Verdict
from ohdio_core.schemas.folder_imports import FolderOrder
from ohdio_core.schemas.held_follows import HeldBookView, HeldConfirmation, HeldState, HeldView, HoldStep
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import sentence, text_of

_SQL = NamedSql(__name__)
_READ_STEP = _SQL.statement("read_step")
_READ_BOOKS = _SQL.statement("read_books")
_READ_FOUND = _SQL.statement("read_found")
_NAME = sql("SELECT coalesce(title, url) AS name FROM follows WHERE id = :id")
MOST_SHOWN = 900  # of what is not unsure; and of a page
_FIRST = {HeldState.UNSURE: 0, HeldState.MISSING: 1, HeldState.FOUND: 2, HeldState.HAVE: 3}
_OF_VERDICT = {Verdict.HAVE: HeldState.HAVE, Verdict.KNOWN: HeldState.FOUND}


class HeldFollows:
    """Follows of which nothing is fetched yet."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def read(self, follow_id: int) -> HeldView:
        """Return what of a listing is had, and what is missing.

        Raises:
            Refusal: It is not held.
        """
        with self.database.statement() as work:
            at = work.execute(_READ_STEP, {"id": follow_id}).one_or_none()
            if at is None:
                raise _not_held(follow_id)
            books = work.execute(_READ_BOOKS, {"id": follow_id}).all()
            found = [] if at.import_id is None else work.execute(_READ_FOUND, {"import": at.import_id}).all()
        step = _step(at)
        if step is not HoldStep.READY:
            found = []
        by_book: dict[int, Any] = {}
        for row in found:
            if row.audiobook_id is not None and row.verdict != Verdict.REFUSED:
                by_book.setdefault(row.audiobook_id, row)
        views = [_view(book, by_book.get(book.id)) for book in {book.id: book for book in books}.values()]
        is_of_listing = at.hold == "unread" and at.error is not None
        error, message = (at.error, at.error_message) if is_of_listing else (at.import_error, at.import_message)
        waits = wait_of(at, None) if step is HoldStep.COMPARING else None
        counts = Counter(view.state.value for view in views)
        return HeldView(
            step=step,
            path=at.path,
            is_moved=bool(at.is_moved),
            error=error,
            error_message=SentenceView.stored(error, message),
            wait_reason=text_of(waits),
            wait_message=SentenceView.of(waits),
            counts=dict(counts),
            others=sum(row.audiobook_id is None for row in found),
            items=sorted(views, key=lambda view: _FIRST[view.state])[: max(MOST_SHOWN, counts[HeldState.UNSURE])],
        )

    def compare(self, follow_id: int, folder: FolderOrder) -> HeldView:
        """Compare what a held follow lists with a folder, in the place of the one before.

        Raises:
            Refusal: It is not held, or another folder is read or taken in.
        """
        with self.database.unit_of_work() as work:
            self.begin(work, follow_id, folder)
        return self.read(follow_id)

    @staticmethod
    def begin(work: UnitOfWork, follow_id: int, folder: FolderOrder) -> None:
        """Begin to compare.

        Raises:
            Refusal: It is not held, or another folder is read or taken in.
        """
        why_not = held_follows.compare(work, follow_id, folder.path, is_moved=folder.is_moved)
        if why_not is not None:
            raise Refusal(HTTPStatus.CONFLICT, why_not)

    def confirm(self, follow_id: int, confirmation: HeldConfirmation) -> None:
        """Take what was found, forget the rest, and have the follow begin.

        Raises:
            Refusal: There is none, it is not held, or is being compared still.
        """
        taken = (None, None, None) if confirmation.take is None else stored_take(confirmation.take)
        with self.database.unit_of_work() as work:
            name = work.execute(_NAME, {"id": follow_id}).scalar()
            if name is None:
                raise Refusal(HTTPStatus.NOT_FOUND, no_such_follow(follow_id))
            take, newest, from_day = taken
            why_not = held_follows.confirm(work, follow_id, confirmation.had, take, newest, from_day=from_day)
            if why_not is not None:
                raise Refusal(HTTPStatus.CONFLICT, why_not)
            note(work, Act.FOLLOW_CHANGED, name)
        self.settle(follow_id)

    def settle(self, follow_id: int) -> None:
        """Do what is decided of a held follow; of others nothing."""
        is_all = False
        while not is_all:
            with self.database.unit_of_work() as work:
                is_all = held_follows.settle(work, follow_id)


def _not_held(follow_id: int) -> Refusal:
    said = sentence("held.none_such", "There is no held follow {id}; it may have been confirmed.", id=follow_id)
    return Refusal(HTTPStatus.NOT_FOUND, said)


def _step(at: Any) -> HoldStep:
    if at.hold == "unread":
        return HoldStep.LISTING
    if at.import_id is None or at.ended_at is not None:
        return HoldStep.NO_FOLDER
    if at.step == "reading":
        return HoldStep.DESCRIBING if at.is_describing else HoldStep.COMPARING
    return HoldStep.READY


def _view(book: Any, found: Any) -> HeldBookView:
    state = HeldState.HAVE if book.is_there else HeldState.MISSING
    if found is not None and state is HeldState.MISSING:
        state = _OF_VERDICT.get(Verdict(found.verdict), HeldState.UNSURE)
    return HeldBookView(
        audiobook_id=book.id,
        title=book.title,
        authors=book.authors,
        seconds=book.seconds,
        published=book.published,
        state=state,
        found_id=None if found is None else found.id,
        place=None if found is None else found.place,
        found_seconds=None if found is None else found.seconds,
        reason=None if found is None else found.reason,
        message=None if found is None else SentenceView.stored(found.reason, found.message),
    )
