"""Bodies that announce to be too large are refused before a byte of them is read."""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ohdio_api.problems import problem_response
from ohdio_core.sentences import sentence

#: What takes whole documents.
_DOCUMENTS = ("/api/v1/export/", "/settings/moving")
TOO_LARGE = sentence("request.too_large", "The request is too large; send at most 1 MiB at once.")


class BoundedBody:
    """Refuses what says that it is too large; who reads the body must count those that do not say.

    Args:
        of_documents: Bytes that whole documents may have, where such are taken.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, of_documents: int) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.of_documents = of_documents

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413."""
        if scope["type"] == "http" and int(Headers(scope=scope).get("content-length", "0")) > self._most(scope["path"]):
            answer = problem_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _most(self, path: str) -> int:
        return self.of_documents if path.startswith(_DOCUMENTS) else self.max_bytes
