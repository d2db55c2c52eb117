"""Routes of the trash."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from ohdio_api.paging import Cursor, Limit
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_api.trash.service import TrashService
from ohdio_core.schemas.queue import Concerned, RemovalOrder
from ohdio_core.schemas.trash import BookIds, TrashPage, WholeTrash

router = APIRouter(prefix="/library/trash", tags=["library"])

Service = Annotated[TrashService, Depends(given(TrashService))]


@router.get("")
def list_trash(trash: Service, cursor: Cursor = None, limit: Limit = 50) -> TrashPage:
    """List the books that were deleted with their files within seven days, the last one first."""
    return trash.page(cursor=cursor, limit=limit)


@router.post("/restore", responses=problems(HTTPStatus.CONFLICT))
def restore_trash(trash: Service, body: BookIds | RemovalOrder) -> Concerned:
    """Put deleted books back, with their files and all that is known of them, under the ids that they had.

    A book that was asked for again meanwhile has come back from the trash by that. One whose files are gone from there
    (409) leaves the trash.
    """
    return Concerned(changed=trash.restore(body.ids if isinstance(body, BookIds) else body.removal).require())


@router.post("/empty")
def empty_trash(trash: Service, body: BookIds | WholeTrash) -> Concerned:
    """Delete books for good: these, or all that are in the trash."""
    settled = trash.drop(body.ids) if isinstance(body, BookIds) else trash.empty()
    return Concerned(changed=settled.require())
