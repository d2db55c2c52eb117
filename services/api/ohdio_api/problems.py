"""Errors as clients see them: problem details (RFC 9457), every one with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

from ohdio_core.sentences import Sentence, sentence

DATABASE_AWAY = sentence("database.away", "The database does not answer; try again in a moment.")
MEDIA_TYPE = "application/problem+json"


class Refusal(Exception):
    """A request cannot be served; becomes a problem with this status and sentence."""

    def __init__(self, status: HTTPStatus, said: Sentence, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(said.text)
        self.status = status
        self.sentence = said
        self.headers = headers


def problem_response(
    status: int, said: Sentence, *, headers: Mapping[str, str] | None = None, **members: Any
) -> JSONResponse:
    """Make the answer to a request that failed.

    Args:
        said: What is wrong, and what to do about it.
        members: Further members of the problem object.
    """
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": said.text,
        "message": said.as_json(),
    }
    return JSONResponse({**content, **members}, status_code=status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def problems(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Document, for a route, the problems that it may answer with."""
    return {
        status.value: {
            "description": status.phrase,
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": {
                        "type": "about:blank",
                        "title": status.phrase,
                        "status": status.value,
                        "detail": "A sentence that says what is wrong, and what to do.",
                        "message": {"id": "subject.what", "values": {}},
                    },
                }
            },
        }
        for status in statuses
    }
