"""OHdio's own API for a book: a persisted GraphQL query, asked by GET as its web player does.

Seen in public clients from 2025-07 to 2026-04 with the same hash. A book that does not exist is
answered with status 200 and ``typename: PageError``; a hash that is not known (any more) with an
empty object or ``errors``.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from ohdio_core.errors import NotFound
from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.ohdio.json_values import at, decoded, text_at

_ENDPOINT = "https://services.radio-canada.ca/bff/audio/graphql"
_HASH = "a676e346c1993bbfcf6924eac2f3e3d45ad3055721c6949b74fbd0d33a505a59"
# The server's guard against cross-site requests lets a GET through only with these.
HEADERS = {"content-type": "application/json", "apollo-require-preflight": "true"}


def book_query(book_id: str) -> str:
    """Give the URL that asks for one audiobook."""
    parameters = {
        "opname": "audioBookById",
        "extensions": json.dumps({"persistedQuery": {"version": 1, "sha256Hash": _HASH}}, separators=(",", ":")),
        "variables": json.dumps({"params": {"context": "web", "id": int(book_id)}}, separators=(",", ":")),
    }
    return f"{_ENDPOINT}?{urlencode(parameters)}"


def book_data(body: bytes) -> Any:
    """Give the book's data from an answer; None when the answer is not about a book at all.

    Raises:
        NotFound: The site says that there is no such book.
    """
    try:
        found = at(decoded(body), "data", "audioBookById")
    except ValueError:
        return None
    typename = text_at(found, "typename") or text_at(found, "__typename")
    # A PageError of another code is a fault of the site, of which the book's page may know more.
    if "NotFound" in typename or (typename == "PageError" and "NotFound" in text_at(found, "code")):
        message = line_of_text(text_at(found, "message")) or "it does not exist, or not any more"
        raise NotFound(f"OHdio has no such audiobook: {message.rstrip('.')}.")
    return found if typename == "AudioBook" else None
