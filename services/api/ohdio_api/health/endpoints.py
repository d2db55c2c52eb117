"""Routes for probes, for Prometheus, and for people who look after an installation."""

from __future__ import annotations

from http import HTTPStatus
from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from ohdio_api.health.metrics import Metrics
from ohdio_api.health.report import HealthReporter
from ohdio_api.health.service import HealthService
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_core.installation import how_to_update
from ohdio_core.schemas.health import Health, HealthReport, Version
from ohdio_core.schemas.sentences import SentenceView

router = APIRouter(tags=["health"])
#: Apart from the probes, as it tells of what is collected.
metrics_router = APIRouter(tags=["health"])
#: What the API answers of itself.
about_router = APIRouter(tags=["health"])

_EXPOSITION = {"schema": {"type": "string"}, "example": 'ohdio_queue_items{status="queued"} 120.0\n'}


@router.get("/healthz")
def is_alive() -> Health:
    """Answer, so that one knows that this process does; nothing else is asked."""
    return Health(status="ok")


@router.get("/readyz", responses=problems(HTTPStatus.SERVICE_UNAVAILABLE))
def is_ready(health: Annotated[HealthService, Depends(given(HealthService))]) -> Health:
    """Return whether the database answers and has our tables."""
    health.require_ready()
    return Health(status="ok")


@about_router.get("/health")
def report_health(health: Annotated[HealthReporter, Depends(given(HealthReporter))]) -> HealthReport:
    """Return how everything is that work needs; what is out of reach is a part of the answer."""
    return health.report()


@about_router.get("/version")
def read_version() -> Version:
    """Return which version this is, and how it is updated."""
    how = how_to_update()
    return Version(
        version=version("ohdio-api"), how_to_update=how.text, how_to_update_message=SentenceView(**how.as_json())
    )


@metrics_router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={200: {"description": "Prometheus' text format.", "content": {"text/plain": _EXPOSITION}}},
)
def metrics(metrics: Annotated[Metrics, Depends(given(Metrics))]) -> Response:
    """Count the queue, the workers and the requests, for Prometheus."""
    return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
