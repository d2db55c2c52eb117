"""Errors as clients see them: problem details (RFC 9457), every one with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


class Refusal(Exception):
    """A request cannot be served; becomes a problem with this status and sentence."""

    def __init__(self, status: HTTPStatus, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers


def problem_response(
    status: int, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any
) -> JSONResponse:
    """Make the answer to a request that failed.

    Args:
        members: Further members of the problem object.
    """
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
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
                    },
                }
            },
        }
        for status in statuses
    }
