"""How everything is, alone: what a page is told that is not read anew."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ohdio_api.web.services import ThePages

router = APIRouter(include_in_schema=False)


@router.get("/health")
def show_dot(request: Request, pages: ThePages) -> HTMLResponse:
    """Return it as the bar of each page has it."""
    return pages.render(request, "shell/dot.html")
