"""The route of previews."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from ohdio_api.previews.service import PreviewService
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_core.schemas.previews import Preview, PreviewOrder

router = APIRouter(prefix="/preview", tags=["submissions"])


@router.post("", responses=problems(HTTPStatus.BAD_GATEWAY))
def preview(previews: Annotated[PreviewService, Depends(given(PreviewService))], body: PreviewOrder) -> Preview:
    """Show what a link would add, and change nothing.

    At most 200 books are looked at, for at most 20 seconds; the answer says when there is more.
    """
    return previews.preview(body)
