"""All that apps ask for below the address of a listening feed."""

from __future__ import annotations

from fastapi import APIRouter

from ohdio_api.listening_feeds.catalogue import router as catalogue_router
from ohdio_api.listening_feeds.heard import router as heard_router

router = APIRouter()
router.include_router(heard_router)
router.include_router(catalogue_router)
