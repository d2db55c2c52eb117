"""The address by which others reach us: its host and, behind a proxy that has more to serve, its path."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send


class PublicAddress(NamedTuple):
    """What others call us."""

    host: str | None = None  #: with its port; None where nobody has said
    path: str = ""  #: below which everything is; without a slash at its end
    url: str | None = None  #: the whole of it, without a slash at its end

    @classmethod
    def of(cls, url: str | None) -> PublicAddress:
        """Return the one that a person has named."""
        if url is None:
            return cls()
        parts = urlsplit(url)
        return cls(parts.netloc, parts.path.rstrip("/"), url.rstrip("/"))

    def base_of(self, connection: HTTPConnection) -> str:
        """Return what addresses of ours begin with that are handed out: as a person has said, else as we were asked."""
        return self.url or str(connection.base_url).rstrip("/")


class BelowPath:
    """Serves everything below a path, whether a proxy takes it from requests or leaves it.

    Whatever is inside sees paths without it, and the path itself as the root path (ASGI 3.0, ``root_path``).
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        self.app = app
        self.path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and self.path:
            path: str = scope["path"]
            # However often it is there: routes leave it out once more, and who may see what is decided by this path.
            while path == self.path or path.startswith(f"{self.path}/"):
                path = path.removeprefix(self.path) or "/"
            scope = {**scope, "root_path": self.path, "path": path}
        await self.app(scope, receive, send)
