"""The start page and the description of the API, readable without any script or other server."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from ohdio_api.provide import given
from ohdio_core.library import Library

if TYPE_CHECKING:
    from jinja2 import Environment

router = APIRouter(include_in_schema=False)

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Pages:
    """Renders pages.

    Args:
        library: Named on the start page.
    """

    def __init__(self, library: Library) -> None:
        self.library = library

    @cached_property
    def _templates(self) -> Environment:
        # Imported with the first page: most starts of the command never show one.
        from jinja2 import Environment, PackageLoader, select_autoescape

        return Environment(
            loader=PackageLoader("ohdio_api", "web/templates"), autoescape=select_autoescape(), trim_blocks=True
        )

    def render(self, template: str, **values: object) -> HTMLResponse:
        """Fill in a template."""
        return HTMLResponse(self._templates.get_template(template).render(**values), headers=_HEADERS)


@router.get("/")
def start(pages: Annotated[Pages, Depends(given(Pages))]) -> HTMLResponse:
    """Return the page that says what this is, and where the books are."""
    return pages.render("start.html", library=pages.library.location)


@router.get("/docs")
def describe_api(pages: Annotated[Pages, Depends(given(Pages))], request: Request) -> HTMLResponse:
    """Describe every route."""
    return pages.render("api.html", document=request.app.openapi())
