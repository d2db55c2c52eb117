"""Routes of listeners."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from ohdio_api.listeners.service import ListenerService
from ohdio_api.paging import RowId
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_core.schemas.listening import ListenerOrder, ListenerView, ListenerViews

router = APIRouter(prefix="/listeners", tags=["listeners"])

Listeners = Annotated[ListenerService, Depends(given(ListenerService))]

_TAKEN = problems(HTTPStatus.CONFLICT)
_MISSING_OR_UNFIT = problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


@router.get("")
def list_listeners(listeners: Listeners) -> ListenerViews:
    """List who listens; each has positions of their own in books."""
    return listeners.all()


@router.post("", status_code=HTTPStatus.CREATED, responses=_TAKEN)
def add_listener(listeners: Listeners, body: ListenerOrder) -> ListenerView:
    """Add a listener."""
    return listeners.add(body.name)


@router.put("/{listener_id}", responses=_MISSING_OR_UNFIT)
def rename_listener(listeners: Listeners, listener_id: RowId, body: ListenerOrder) -> ListenerView:
    """Call a listener otherwise."""
    return listeners.rename(listener_id, body.name)


@router.delete("/{listener_id}", status_code=HTTPStatus.NO_CONTENT, responses=_MISSING_OR_UNFIT)
def delete_listener(listeners: Listeners, listener_id: RowId) -> None:
    """Delete a listener, with all of their positions."""
    listeners.delete(listener_id)
