"""What people order of everything that failed for one cause."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ohdio_api.provide import given
from ohdio_api.queue.failures import FailureService
from ohdio_api.queue.service import QueueService
from ohdio_api.web.forms import Fields, after, done
from ohdio_api.web.queue.several import carry_out
from ohdio_api.web.reader import reader_of
from ohdio_core.domain.failure_cause import Cause

router = APIRouter(include_in_schema=False)


@router.post("/failures/{cause}/{order}")
def mend_failures(
    *,
    request: Request,
    fields: Fields,
    queue: Annotated[QueueService, Depends(given(QueueService))],
    failures: Annotated[FailureService, Depends(given(FailureService))],
    cause: Cause,
    order: Literal["retry", "remove"],
) -> Response:
    """Retry or remove what failed for one cause."""
    words = reader_of(request).words
    return after(request, fields, done(carry_out(order, queue, failures.items(cause), words)))
