"""What people order of everything that failed for one cause."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from ohdio_api.web.forms import Fields, after
from ohdio_api.web.queue.several import carry_out
from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Failures, Queue
from ohdio_core.domain.failure_cause import Cause

router = APIRouter(include_in_schema=False)


@router.post("/failures/{cause}/{order}")
def mend_failures(
    *,
    request: Request,
    fields: Fields,
    queue: Queue,
    failures: Failures,
    cause: Cause,
    order: Literal["retry", "remove", "keep"],
) -> Response:
    """Retry, remove or keep what failed for one cause."""
    words = reader_of(request).words
    return after(request, fields, carry_out(order, queue, failures.items(cause), words))
