"""The route of worker processes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from ohdio_api.provide import given
from ohdio_api.workers.service import WorkerService
from ohdio_core.schemas.workers import Workers

router = APIRouter(prefix="/workers", tags=["workers"])


@router.get("")
def list_workers(workers: Annotated[WorkerService, Depends(given(WorkerService))]) -> Workers:
    """List the processes that scan, describe and download, and when each was last heard."""
    return Workers(items=workers.all())
