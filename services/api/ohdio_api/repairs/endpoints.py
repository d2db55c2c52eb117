"""The routes of repairs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from ohdio_api.provide import given
from ohdio_api.repairs.service import RepairService
from ohdio_core.schemas.repairs import Repairs

router = APIRouter(prefix="/repairs", tags=["repairs"])

Service = Annotated[RepairService, Depends(given(RepairService))]


@router.get("")
def list_repairs(repairs: Service) -> Repairs:
    """Find links of categories that were once stored as books, and change nothing."""
    return Repairs(items=repairs.find())


@router.post("")
def repair(repairs: Service) -> Repairs:
    """Turn links of categories that were once stored as books into scans; those with files are left alone."""
    return Repairs(items=repairs.repair())
