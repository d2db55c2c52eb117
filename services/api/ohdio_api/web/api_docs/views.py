"""The description of the API, readable without any script or other server."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ohdio_api.web.services import ThePages

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def describe_api(pages: ThePages, request: Request) -> HTMLResponse:
    """Describe every route."""
    return pages.render(request, "api_docs/page.html", document=request.app.openapi())
