"""Routes of positions in books."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from ohdio_api.listeners.caller import chosen_listener
from ohdio_api.paging import RowId
from ohdio_api.positions.service import PositionService, StalePosition
from ohdio_api.problems import MEDIA_TYPE, problem_response, problems
from ohdio_api.provide import given
from ohdio_core.schemas.listening import PositionConflict, PositionOrder, PositionView
from ohdio_core.sentences import sentence

router = APIRouter(prefix="/audiobooks", tags=["listeners"])

Positions = Annotated[PositionService, Depends(given(PositionService))]
ListenerId = Annotated[int, Depends(chosen_listener)]

_MISSING = problems(HTTPStatus.NOT_FOUND)
_STALE: dict[int | str, dict[str, Any]] = {
    **_MISSING,
    409: {
        "description": "Another position was saved meanwhile; it stays.",
        "model": PositionConflict,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/PositionConflict"}}},
    },
}
_MOVED = sentence(
    "position.stale",
    "Another position was saved in this book meanwhile, perhaps by another device. Choose one of the two.",
)


@router.get("/{audiobook_id}/position", responses=_MISSING)
def get_position(positions: Positions, audiobook_id: RowId, listener: ListenerId) -> PositionView:
    """Read how far a listener is in a book."""
    return positions.get(audiobook_id, listener)


@router.put("/{audiobook_id}/position", response_model=PositionView, responses=_STALE)
def save_position(
    positions: Positions, audiobook_id: RowId, body: PositionOrder, listener: ListenerId
) -> PositionView | Response:
    """Save how far a listener is in a book, unless another device has done so since `revision`."""
    try:
        return positions.save(audiobook_id, listener, body)
    except StalePosition as stale:
        return problem_response(
            HTTPStatus.CONFLICT, _MOVED, stored=stale.stored.model_dump(mode="json"), sent=body.model_dump(mode="json")
        )
