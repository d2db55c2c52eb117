"""The state that OHdio embeds in its pages, by which the browser draws them without another request.

``<script>window._rcState_ = {...};</script>``, on older pages between ``/*bns*/`` and ``/*bne*/``; what
belongs to a page lies under ``pagesV2.pages[<path of the URL>].data`` (public clients, 2025-2026).
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from ohdio_core.errors import PermanentError
from ohdio_core.sources.http import Response
from ohdio_core.sources.json_values import at

_BEGIN = re.compile(r"window\._rcState_\s*=\s*(?:/\*bns\*/)?\s*(?=\{)")


def page_data(html: bytes, path: str) -> Any:
    """Give the data that a page embeds for its own ``path`` (from ``/ohdio`` on); None when it has none."""
    text = html.decode("utf-8", errors="replace")
    begin = _BEGIN.search(text)
    if begin is None:
        return None
    try:
        state, _ = json.JSONDecoder().raw_decode(text, begin.end())
    except (ValueError, RecursionError):
        return None
    pages = at(state, "pagesV2", "pages")
    if not isinstance(pages, dict):
        return None
    # Seen with the path as it is; a trailing slash or the missing root would be the same page.
    bare = path.rstrip("/")
    for key in (path, bare, bare.removeprefix("/ohdio")):
        if key in pages:
            return at(pages[key], "data")
    return None


def own_state(page: Response) -> Any:
    """Give the data that a page embeds for the address it was found at.

    Raises:
        PermanentError: It embeds none.
    """
    data = page_data(page.body, urlsplit(page.url).path)
    if data is None:
        raise PermanentError("The page embeds no state of its own.")
    return data
