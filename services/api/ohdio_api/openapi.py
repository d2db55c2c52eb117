"""The OpenAPI document: what FastAPI derives, and what every route has in common."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ohdio_api.problems import problems
from ohdio_core.schemas.problem import Problem

#: What every route of the API may answer with.
COMMON_PROBLEMS = problems(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)

_SUMMARY = "Collects audiobooks: add links, watch the queue, listen."


class DocumentedApp(FastAPI):
    """An app whose document names the problem object."""

    def openapi(self) -> dict[str, Any]:
        """Return the document; made once."""
        if self.openapi_schema is None:
            document = get_openapi(
                title=self.title,
                version=self.version,
                summary=_SUMMARY,
                routes=self.routes,
                webhooks=self.webhooks.routes,
            )
            schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas = document["components"]["schemas"]
            schemas |= schema.pop("$defs")
            schemas["Problem"] = schema
            self.openapi_schema = document
        return self.openapi_schema
