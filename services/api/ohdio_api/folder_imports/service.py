"""Reading folders of books that people had, and taking what they want of them."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import cast

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from ohdio_api.beside import how_it_stands, wait_of
from ohdio_api.problems import Refusal
from ohdio_core.collection.acts import note
from ohdio_core.collection.folder_imports import UNDER_WAY, begin_import, end_import, shown_import, want
from ohdio_core.db.import_models import FolderImport, FoundBookRow
from ohdio_core.db.session import Database
from ohdio_core.domain.act import Act
from ohdio_core.domain.found_book import Verdict
from ohdio_core.schemas.folder_imports import (
    FolderImports,
    FolderImportState,
    FolderImportView,
    FoundBookView,
    ImportStep,
)
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import text_of

_MOST = 1_000
_FIRST = case(
    {Verdict.UNSURE.value: 0, Verdict.REFUSED.value: 1, Verdict.KNOWN.value: 2, Verdict.NEW.value: 3},
    value=FoundBookRow.verdict,
    else_=4,
)


class FolderImportService:
    """The folder that is taken in."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def read(self) -> FolderImports:
        """Return the last folder, and what was found in it; a held follow shows what it was compared with."""
        shown = self._shown()
        if shown is None:
            return FolderImports(last=None, items=[])
        of_it = FoundBookRow.import_id == shown
        with self.database.reading() as session:
            found = session.scalars(
                select(FoundBookRow).where(of_it).order_by(_FIRST, FoundBookRow.id).limit(_MOST)
            ).all()
            return FolderImports(last=_read_import(session, shown), items=[_view(row) for row in found])

    def state(self) -> FolderImportState:
        """Return how far the last folder is."""
        shown = self._shown()
        with self.database.reading() as session:
            return FolderImportState(last=None if shown is None else _read_import(session, shown))

    def _shown(self) -> int | None:
        with self.database.statement() as work:
            return shown_import(work)

    def begin(self, path: str, *, is_moved: bool) -> FolderImports:
        """Begin to read a folder; nothing of it is taken.

        Raises:
            Refusal: Another one is being read, or taken in.
        """
        with self.database.unit_of_work() as work:
            if not begin_import(work, path, is_moved=is_moved):
                raise Refusal(HTTPStatus.CONFLICT, UNDER_WAY)
        return self.read()

    def take(self, ids: Sequence[int] | None, *, with_new: bool = False) -> int:
        """Order found books to be taken; return how many.

        Args:
            ids: Which; None for all that are known.
            with_new: Of all, also those that are new.
        """
        verdicts = [Verdict.KNOWN, Verdict.NEW] if with_new else [Verdict.KNOWN]
        with self.database.unit_of_work() as work:
            count = want(work, shown_import(work), ids, verdicts)
            note(work, Act.IMPORTED, items=count)
        return count

    def end(self) -> FolderImports:
        """End the import that there is; what was taken stays."""
        with self.database.unit_of_work() as work:
            end_import(work)
        return self.read()


def _read_import(session: Session, import_id: int) -> FolderImportView:
    of_it = FoundBookRow.import_id == import_id
    query = select(FoundBookRow.verdict, func.count(), func.count(FoundBookRow.taken_at))
    counts = session.execute(query.where(of_it).group_by(FoundBookRow.verdict)).all()
    row = session.execute(select(FolderImport, *how_it_stands(FolderImport)).where(FolderImport.id == import_id)).one()
    last: FolderImport = row.FolderImport
    waits = wait_of(row, None) if last.ended_at is None and last.step != "read" else None
    return FolderImportView(
        path=last.path,
        is_moved=last.is_moved,
        step=cast("ImportStep", last.step),
        ended_at=last.ended_at,
        error=last.error,
        error_message=SentenceView.stored(last.error, last.error_message),
        wait_reason=text_of(waits),
        wait_message=SentenceView.of(waits),
        counts={Verdict(verdict).value: count for verdict, count, _ in counts},
        taken=sum(taken for *_, taken in counts),
    )


def _view(row: FoundBookRow) -> FoundBookView:
    return FoundBookView(
        id=row.id,
        place=row.place,
        verdict=row.verdict,
        title=row.title,
        authors=row.authors,
        seconds=row.seconds,
        bytes=row.bytes,
        files=len(row.files),
        audiobook_id=row.audiobook_id,
        reason=row.reason,
        message=SentenceView.stored(row.reason, row.message),
        is_wanted=row.is_wanted,
        taken_at=row.taken_at,
    )
