"""Routes of the trash."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from ohdio_api.paging import Cursor, Limit, RowId
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_api.trash.forms import ReplacedFormService
from ohdio_api.trash.service import TrashService
from ohdio_core.schemas.queue import Concerned, RemovalOrder
from ohdio_core.schemas.trash import BookIds, ReplacedForms, TrashPage, WholeTrash

router = APIRouter(prefix="/library/trash", tags=["library"])

Service = Annotated[TrashService, Depends(given(TrashService))]
Forms = Annotated[ReplacedFormService, Depends(given(ReplacedFormService))]


@router.get("")
def list_trash(trash: Service, cursor: Cursor = None, limit: Limit = 50) -> TrashPage:
    """List the books that were deleted with their files within seven days, the last one first."""
    return trash.page(cursor=cursor, limit=limit)


@router.get("/forms")
def list_replaced_forms(forms: Forms) -> ReplacedForms:
    """List the files that books had before they were converted within seven days, the last ones first."""
    return forms.read()


@router.post("/forms/{form_id}/restore", responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT))
def restore_replaced_form(forms: Forms, form_id: RowId) -> Concerned:
    """Put the files that a book had back in the place of its one file, which goes to the trash in turn.

    Files that are gone from there (409) leave the trash.
    """
    return Concerned(changed=forms.restore(form_id))


@router.delete("/forms/{form_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(HTTPStatus.NOT_FOUND))
def drop_replaced_form(forms: Forms, form_id: RowId) -> None:
    """Delete the files that a book had for good."""
    forms.drop(form_id)


@router.post("/restore", responses=problems(HTTPStatus.CONFLICT))
def restore_trash(trash: Service, body: BookIds | RemovalOrder) -> Concerned:
    """Put deleted books back, with their files and all that is known of them, under the ids that they had.

    A book that was asked for again meanwhile has come back from the trash by that. One whose files are gone from there
    (409) leaves the trash.
    """
    return Concerned(changed=trash.restore(body.ids if isinstance(body, BookIds) else body.removal).require())


@router.post("/empty")
def empty_trash(trash: Service, forms: Forms, body: BookIds | WholeTrash) -> Concerned:
    """Delete books for good: these, or all that are in the trash, with the files that books had before.

    They leave the trash at once, and cannot be put back any more; their files are deleted after that.
    """
    if isinstance(body, BookIds):
        return Concerned(changed=trash.drop(body.ids).require())
    dropped = forms.empty()
    return Concerned(changed=dropped + trash.empty().require())
