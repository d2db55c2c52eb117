"""The description of the API, readable without any script or other server."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from ohdio_api.provide import given
from ohdio_api.web.pages import Pages

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def describe_api(pages: Annotated[Pages, Depends(given(Pages))], request: Request) -> HTMLResponse:
    """Describe every route."""
    return pages.render(request, "api_docs/page.html", document=request.app.openapi())
