"""A blank value in an address chooses nothing, whatever it is a value of: forms send fields that nobody filled."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from ohdio_core.domain.sought import unless_blank

#: Compared with what is so, where a blank is wrong as any other value is: it chooses nothing.
_COMPARED = frozenset({"caller"})


class WithoutBlanks:
    """Leaves out of each address the values in which nothing can be seen; whatever is inside never meets them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and scope["query_string"]:
            scope = {**scope, "query_string": without_blanks(scope["query_string"])}
        await self.app(scope, receive, send)


def without_blanks(query: bytes) -> bytes:
    """Return a query without the names whose values are blank; what is left stands as it was written."""
    return b"&".join(each for each in query.split(b"&") if not _is_blank(each))


def _is_blank(field: bytes) -> bool:
    pairs = parse_qsl(field.decode("latin-1"), keep_blank_values=True)
    # Nobody types a NUL: what has one is refused where it arrives.
    return all(name not in _COMPARED and "\0" not in value and unless_blank(value) is None for name, value in pairs)
