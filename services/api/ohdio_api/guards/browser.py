"""Other web sites, open in the same browser, must not give orders to ours."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ohdio_api.problems import problem_response
from ohdio_core.sentences import sentence

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SameSiteOnly:
    """Refuses requests that change something and that a browser sends on behalf of another origin.

    Browsers say so in ``Sec-Fetch-Site``; older ones, and pages without TLS, in ``Origin`` alone.
    Programs that are not browsers send neither.

    Args:
        known_as: The host by which others reach us, which a proxy may not hand on; None where nobody has said.
    """

    def __init__(self, app: ASGIApp, known_as: str | None) -> None:
        self.app = app
        self.known_as = known_as

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "http" and scope["method"] not in _SAFE_METHODS and self._is_foreign(Headers(scope=scope)):
            answer = problem_response(
                HTTPStatus.FORBIDDEN,
                sentence(
                    "request.other_site",
                    "Another web site sent this request through your browser; it was not carried out.",
                ),
            )
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_foreign(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site not in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is None:
            return False
        try:
            return urlsplit(origin).netloc not in {headers.get("host"), self.known_as}
        except ValueError:
            return True
