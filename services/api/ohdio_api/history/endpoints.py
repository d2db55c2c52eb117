"""The route of what people have ordered; managers alone may ask for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ohdio_api.history.service import HistoryService
from ohdio_api.paging import IN_DIGITS, Limit
from ohdio_api.provide import given
from ohdio_core.schemas.body import MAX_ID
from ohdio_core.schemas.history import History

router = APIRouter(prefix="/history", tags=["history"])

Before = Annotated[
    int | None, Query(ge=1, le=MAX_ID, description="`next` of the page before.", examples=[17]), IN_DIGITS
]


@router.get("")
def list_acts(
    history: Annotated[HistoryService, Depends(given(HistoryService))], before: Before = None, limit: Limit = 50
) -> History:
    """List what people have ordered, the last first: who, what and when. The last ten thousand are kept."""
    return history.page(before=before, limit=limit)
