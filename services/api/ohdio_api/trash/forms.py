"""The files that books had before they were converted."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import PurePath

from sqlalchemy import select

from ohdio_api.problems import Refusal
from ohdio_api.trash.latest import read_latest, read_until
from ohdio_core.collection.acts import note
from ohdio_core.collection.replaced_forms import drop_forms, forget_form, restore_form
from ohdio_core.collection.trash import KEPT
from ohdio_core.db.converting_models import ReplacedForm
from ohdio_core.db.models import Audiobook
from ohdio_core.db.session import Database
from ohdio_core.domain.act import Act
from ohdio_core.errors import NotFound
from ohdio_core.library import Library
from ohdio_core.schemas.trash import ReplacedForms, ReplacedFormView
from ohdio_core.sentences import sentence

_MOST = 1_000


class ReplacedFormService:
    """Former files of books, in the trash."""

    def __init__(self, database: Database, library: Library) -> None:
        self.database = database
        self.library = library

    def read(self) -> ReplacedForms:
        """Return the former files of books, those that were replaced last first."""
        query = select(ReplacedForm, Audiobook).join(Audiobook, Audiobook.id == ReplacedForm.audiobook_id)
        with self.database.reading() as session:
            rows = session.execute(query.order_by(ReplacedForm.id.desc()).limit(_MOST)).all()
        return ReplacedForms(items=[_view(row.ReplacedForm, row.Audiobook) for row in rows])

    def latest(self) -> int:
        """Return when the last of them came into the trash, in microseconds since 1970; 0 where there are none."""
        with self.database.reading() as session:
            return read_latest(session, ReplacedForm.trashed_at)

    def restore(self, form_id: int) -> int:
        """Put the files that a book had back; its one file goes to the trash in turn.

        Raises:
            Refusal: The trash does not know them.
            NotFound: It has lost them; they are not listed any more.
            Postponed: The book is being fetched or converted, or the library cannot be written.
        """
        try:
            with self.database.unit_of_work() as work:
                title = restore_form(work, self.library, form_id)
                if title is None:
                    raise _gone()
                note(work, Act.RESTORED, title)
        except NotFound:
            with self.database.unit_of_work() as work:
                forget_form(work, form_id)
            raise
        return 1

    def drop(self, form_id: int) -> None:
        """Delete them for good: they are not in the trash any more, and go soon.

        Raises:
            Refusal: The trash does not know them.
        """
        if not self._drop([form_id]):
            raise _gone()

    def empty(self, *, until: int | None = None) -> int:
        """Delete all of them for good; return of how many conversions.

        Args:
            until: Only what was there at this moment, in microseconds since 1970.
        """
        with self.database.reading() as session:
            ids = read_until(session, ReplacedForm.id, ReplacedForm.trashed_at, until)
        return self._drop(ids)

    def _drop(self, ids: Sequence[int]) -> int:
        with self.database.unit_of_work() as work:
            return drop_forms(work, ids)


def _view(form: ReplacedForm, book: Audiobook) -> ReplacedFormView:
    first = next(iter(form.files), {"name": ""})
    return ReplacedFormView(
        id=form.id,
        audiobook_id=book.id,
        title=book.title,
        authors=book.authors,
        url=book.url,
        files=len(form.files),
        format=PurePath(first["name"]).suffix[1:].upper(),
        file_size=form.file_size,
        trashed_at=form.trashed_at,
        kept_until=form.trashed_at + KEPT,
    )


def _gone() -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, sentence("form.none", "The trash has no such files any more."))
