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
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import Response
from ohdio_core.sources.json_values import at
from ohdio_core.sources.ohdio import links

_BEGIN = re.compile(r"window\._rcState_\s*+=\s*+(?:/\*bns\*/\s*+)?+(?:JSON\.parse\(\s*+(?=[\"'])|(?=\{))")
_TEXT = re.compile(r"""'([^'\\]*+(?:\\.[^'\\]*+)*+)'|"([^"\\]*+(?:\\.[^"\\]*+)*+)\"""", re.DOTALL)
_UNLIKE_JSON = re.compile(r"""\\x([0-9A-Fa-f]{2})|\\?'|\\.|\"""", re.DOTALL)


def page_data(html: bytes, url: str) -> Any:
    """Return the data that a page embeds for itself; None when it has none.

    Args:
        url: Where the page was found; its path, from ``/ohdio`` on, is enough.
    """
    text = html.decode("utf-8", errors="replace")
    begin = _BEGIN.search(text)
    if begin is None:
        return None
    try:
        pages = at(_state(text, begin.end()), "pagesV2", "pages")
        parts = urlsplit(url)
    except (ValueError, RecursionError):
        return None
    key = _own_key(pages, parts.path, parts.query) if isinstance(pages, dict) else None
    return None if key is None else at(pages[key], "data")


def own_state(page: Response) -> Any:
    """Return the data that a page embeds for the address it was found at.

    Raises:
        PermanentError: It embeds none.
    """
    data = page_data(page.body, page.url)
    if data is None:
        raise PermanentError(sentence("ohdio.no_state", "The page embeds no state of its own."))
    return data


def _state(text: str, begin: int) -> Any:
    """Decode what is assigned: an object, or the text of one as JavaScript writes it."""
    quoted = _TEXT.match(text, begin)
    if quoted is None:
        return json.JSONDecoder().raw_decode(text, begin)[0]
    said = _UNLIKE_JSON.sub(_as_in_json, quoted[1] or quoted[2] or "")
    return json.loads(json.loads(f'"{said}"', strict=False))


def _as_in_json(found: re.Match[str]) -> str:
    if found[1]:
        return f"\\u00{found[1]}"
    return {"\\'": "'", '"': '\\"'}.get(found[0], found[0])


def _own_key(pages: dict[str, Any], path: str, query: str) -> str | None:
    """Return the key of a page in its state: its path, with this query if possible, or that of the same thing."""
    bare = _bare(path)
    link = links.read_path(bare)
    own = [key for key in pages if _bare(key) == bare] or [
        key for key in pages if link is not None and link.id in key and _is_of(key, link)
    ]
    return next((key for key in own if key.partition("?")[2] == query), own[0] if own else None)


def _bare(key: str) -> str:
    return key.partition("?")[0].rstrip("/").removeprefix("/ohdio")


def _is_of(key: str, link: links.Link) -> bool:
    found = links.read_path(_bare(key))
    return found is not None and (found.thing, found.id) == (link.thing, link.id)
