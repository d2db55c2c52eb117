"""Which requests are answered with a page, and which with JSON."""

from __future__ import annotations

from starlette.requests import HTTPConnection


def is_page_for_people(connection: HTTPConnection) -> bool:
    """Return whether a browser shows the answer: it asks for HTML, and not from the API."""
    path: str = connection.scope["path"]
    return not path.startswith("/api/") and "text/html" in connection.headers.get("accept", "")
