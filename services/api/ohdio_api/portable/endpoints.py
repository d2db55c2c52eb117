"""Routes by which what people have decided moves from one ohdio to another."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from ohdio_api.portable.giving import GivingService
from ohdio_api.portable.taking import TakingService
from ohdio_api.provide import given
from ohdio_core.schemas.portable import HadOrder, HadReport, Portable, PortableOrder, PortableReport

#: Bytes of a document: a hundred thousand entries.
LARGEST = 32 * 1024 * 1024

router = APIRouter(tags=["moving"], max_body_size=LARGEST)

Giving = Annotated[GivingService, Depends(given(GivingService))]
Taking = Annotated[TakingService, Depends(given(TakingService))]


@router.get("/export")
def export_decisions(giving: Giving, response: Response) -> Portable:
    """Return what people have decided: follows, what is unwanted, positions and changed settings; never a secret."""
    response.headers["Content-Disposition"] = 'attachment; filename="ohdio.json"'
    response.headers["Cache-Control"] = "private, no-store"
    return giving.portable()


@router.post("/export/import")
def import_decisions(taking: Taking, body: PortableOrder) -> PortableReport:
    """Take in what `GET /export` has returned, here or elsewhere; what is here already stays, unless it is older."""
    return taking.take(body)


@router.post("/export/had")
def import_had(taking: Taking, body: HadOrder) -> HadReport:
    """Count books as had, by yt-dlp's `--download-archive` file or by links: scans and follows leave them out."""
    return taking.take_had(body.document)
