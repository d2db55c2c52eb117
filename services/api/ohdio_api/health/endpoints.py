"""Routes for probes and for Prometheus."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from ohdio_api.health.metrics import Metrics
from ohdio_api.health.service import HealthService
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_core.schemas.health import Health

router = APIRouter(tags=["health"])
#: Apart from the probes, as it tells of what is collected.
metrics_router = APIRouter(tags=["health"])

_EXPOSITION = {"schema": {"type": "string"}, "example": 'ohdio_queue_items{status="queued"} 120.0\n'}


@router.get("/healthz")
def is_alive() -> Health:
    """Say that this process answers; nothing else is asked."""
    return Health(status="ok")


@router.get("/readyz", responses=problems(HTTPStatus.SERVICE_UNAVAILABLE))
def is_ready(health: Annotated[HealthService, Depends(given(HealthService))]) -> Health:
    """Say whether the database answers and has our tables."""
    health.require_ready()
    return Health(status="ok")


@metrics_router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={200: {"description": "Prometheus' text format.", "content": {"text/plain": _EXPOSITION}}},
)
def metrics(metrics: Annotated[Metrics, Depends(given(Metrics))]) -> Response:
    """Count the queue, the workers and the requests, for Prometheus."""
    return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
