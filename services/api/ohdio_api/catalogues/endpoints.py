"""The route that searches catalogues."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator

from ohdio_api.catalogues.service import CatalogueService
from ohdio_api.paging import IN_DIGITS
from ohdio_api.provide import given
from ohdio_core.schemas.body import LONGEST_SEARCH, WITHOUT_NUL
from ohdio_core.schemas.catalogues import SearchResults

router = APIRouter(prefix="/search", tags=["submissions"])


@router.get("")
def search(
    catalogues: Annotated[CatalogueService, Depends(given(CatalogueService))],
    q: Annotated[
        str,
        Query(max_length=LONGEST_SEARCH, pattern=WITHOUT_NUL, description="Words to look for.", examples=["phare"]),
        AfterValidator(str.strip),
    ],
    limit: Annotated[
        int, Query(ge=1, le=50, description="How many of each catalogue at most.", examples=[10]), IN_DIGITS
    ] = 10,
) -> SearchResults:
    """Search the sites' own catalogues, all at once; those that do not answer within seconds are named."""
    return catalogues.search(q, limit)
