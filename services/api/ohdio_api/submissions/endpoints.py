"""The route that takes links."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from ohdio_api.problems import problem_response
from ohdio_api.provide import given
from ohdio_api.submissions.service import SubmissionService
from ohdio_core.schemas.submissions import Submission, SubmissionResult, SubmissionResults, SubmissionState
from ohdio_core.sentences import Sentence, sentence, stored

router = APIRouter(prefix="/submissions", tags=["submissions"])

_NONE = sentence("submission.none", "None of these links can be collected.")


@router.post("", status_code=HTTPStatus.ACCEPTED, response_model=SubmissionResults)
def add_links(
    submissions: Annotated[SubmissionService, Depends(given(SubmissionService))], body: Submission
) -> SubmissionResults | JSONResponse:
    """Add links of categories, feeds or audiobooks.

    Each has its own result, in order; the answer is 422, with the results, when all were refused.
    """
    return answer_of(submissions.add(body.urls, body))


def answer_of(results: list[SubmissionResult]) -> SubmissionResults | JSONResponse:
    """Return the results of links that were added: a problem when all of them were refused."""
    if all(result.state is SubmissionState.REFUSED for result in results):
        return problem_response(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            (_answer_in_a_sentence(results[0]) if len(results) == 1 else None) or _NONE,
            results=[result.model_dump(mode="json") for result in results],
        )
    return SubmissionResults(results=results)


def _answer_in_a_sentence(result: SubmissionResult) -> Sentence | None:
    return stored(result.detail, None if result.detail_message is None else result.detail_message.model_dump())
