"""The page of what can be collected."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from ohdio_api.catalogues.service import CatalogueService
from ohdio_api.problems import Refusal
from ohdio_api.provide import given
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Health, ThePages
from ohdio_api.web.sources.shown import show_hits, show_source, silent
from ohdio_core.domain.sought import words_sought
from ohdio_core.sources.registry import SourceRegistry

router = APIRouter(prefix="/sources", include_in_schema=False)

_MOST = 12  # of each catalogue


@router.get("")
def show_sources(
    *,
    request: Request,
    pages: ThePages,
    catalogues: Annotated[CatalogueService, Depends(given(CatalogueService))],
    registry: Annotated[SourceRegistry, Depends(given(SourceRegistry))],
    health: Health,
    q: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """Return what can be collected; with words, what catalogues have of them."""
    words = reader_of(request).words
    results, wrong, status = None, None, HTTPStatus.OK
    if sought := words_sought(q):
        try:
            results = catalogues.search(sought, _MOST)
        except Refusal as refusal:
            wrong, status = words.translated(refusal.sentence), refusal.status
    closed = {site.site: site for site in health.report().closed_sites}
    return pages.render(
        request,
        "sources/page.html",
        status=status,
        q=q,
        hits=None if results is None else show_hits(results, words),
        silent=[] if results is None else silent(results, words),
        wrong=wrong,
        sources=[show_source(source, closed, words) for source in registry.sources],
    )
