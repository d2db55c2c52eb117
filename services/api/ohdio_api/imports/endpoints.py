"""The route that takes the links of a file."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from ohdio_api.imports.document import links_of
from ohdio_api.provide import given
from ohdio_api.submissions.endpoints import answer_of
from ohdio_api.submissions.service import SubmissionService
from ohdio_core.schemas.imports import Import
from ohdio_core.schemas.submissions import SubmissionResults

router = APIRouter(prefix="/imports", tags=["submissions"])


@router.post("", status_code=HTTPStatus.ACCEPTED, response_model=SubmissionResults)
def import_links(
    submissions: Annotated[SubmissionService, Depends(given(SubmissionService))], body: Import
) -> SubmissionResults | JSONResponse:
    """Add the links of a subscription list (OPML) or of a text with a link on each line, as if each had been given.

    Each different link has its own result, in order; the answer is 422, with the results, when all were refused.
    """
    return answer_of(submissions.add(links_of(body.document), body))
