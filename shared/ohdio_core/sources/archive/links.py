"""archive.org's addresses: which are items, which are collections or searches, and their one form.

An item has one identifier, whatever shows it: ``/details/ID``, ``/download/ID/file``, ``/stream/ID``, ``/embed/ID``,
``/metadata/ID``, or a data node's ``/12/items/ID/file``. A collection is an item too and its address says
nothing of it; so ``/details/ID`` is a collection where it is one that everybody knows, or where the address
is one that only a collection's page makes (``tab=collection``, ``query=``, ``sort=``).
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit

from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.sources.canonical import canonical_url, refuse_reason

NAME = "archive"
SITE_NAME = "archive.org"  #: as people call it
ROOT = "https://archive.org"

_HOST = re.compile(r"(?:(?:www|m)\.)?archive\.org")
_NODE = re.compile(r"(?:ia|dn)\d+\.(?:us|ca)\.archive\.org")
_IDENTIFIER = r"([A-Za-z0-9][A-Za-z0-9._-]{0,99})"
_ITS_NAME = re.compile(_IDENTIFIER)
_ITEM = re.compile(
    rf"/(?:details|download|stream|embed|metadata|compress|services/img)/{_IDENTIFIER}(?:[/&].*)?"
)  # "&" as players have it
_ON_NODE = re.compile(rf"/\d+/items/{_IDENTIFIER}(?:/.*)?")
# A podcast's feed is kept in an item like any file; the site's own descriptions of the item are none.
_FEED = re.compile(r"/download/[^/]+/.*(?<!_meta)(?<!_files)(?:\.xml|\.rss)", re.IGNORECASE)
_SEARCHES = {"/search": "query", "/search.php": "query", "/advancedsearch.php": "q"}
#: Collections of recordings that need no word in the address to be taken for one.
_COLLECTIONS = frozenset(
    {"audio", "audio_bookspoetry", "audio_podcast", "community_audio", "librivoxaudio", "oldtimeradio"}
    | {"opensource_audio", "radioprograms"}
)
_ONLY_OF_COLLECTIONS = frozenset({"tab", "query", "sort", "sin", "and[]"})


def match(url: str) -> Target | None:
    """Return the target of a link; None when it is not an item, a collection or a search of archive.org.

    A feed among an item's files is left to who reads feeds.
    """
    if refuse_reason(url) is not None:
        return None
    parts = urlsplit(canonical_url(url))
    if parts.scheme not in ("http", "https") or parts.port is not None:
        return None
    host = parts.hostname or ""
    if _NODE.fullmatch(host):
        return _item(_ON_NODE.fullmatch(parts.path))
    if not _HOST.fullmatch(host) or _FEED.fullmatch(parts.path):
        return None
    return _of_page(parts)


def _of_page(parts: SplitResult) -> Target | None:
    """Return the target of a page's address."""
    parameters = _parameters(parts)
    path = parts.path.rstrip("/")
    if path in _SEARCHES:
        words = [value for name, value in parameters if name in (_SEARCHES[path], "and[]")]
        return _search(words)
    found = _ITEM.fullmatch(parts.path)
    if found is None or not parts.path.startswith("/details/"):
        return _item(found)
    names = {name for name, _ in parameters}
    if found[1] not in _COLLECTIONS and names.isdisjoint(_ONLY_OF_COLLECTIONS):
        return _item(found)
    words = [value for name, value in parameters if name in ("query", "and[]") and value.strip()]
    return _search([f"collection:{found[1]}", *words]) if words else _collection(found[1])


def is_identifier(text: str) -> bool:
    """Return whether a text can be an identifier, of an item or a collection."""
    return _ITS_NAME.fullmatch(text) is not None


def is_item(identifier: str) -> bool:
    """Return whether an identifier is not that of a known collection."""
    return identifier not in _COLLECTIONS


def item_url(identifier: str) -> str:
    """Return the canonical URL of an item."""
    return f"{ROOT}/details/{identifier}"


def collection_url(identifier: str) -> str:
    """Return the canonical URL of a collection, which is distinct from an item's."""
    return f"{ROOT}/details/{identifier}?tab=collection"


def file_url(identifier: str, name: str) -> str:
    """Return the address of a file of an item; it is stable, and redirects to the node that holds the file."""
    return f"{ROOT}/download/{identifier}/{quote(name, errors='replace')}"


def item_of(url: str) -> str | None:
    """Return the identifier of the item that an address on archive.org belongs to; None where there is none."""
    target = match(url)
    return target.external_id if target is not None and target.kind is TargetKind.AUDIOBOOK else None


def query_of(target: Target) -> str:
    """Return the query, in the site's own language, that finds what a collection or search lists."""
    parameters = dict(_parameters(urlsplit(target.url)))
    if "query" in parameters:
        return parameters["query"]
    return target.external_id


def _item(found: re.Match[str] | None) -> Target | None:
    if found is None:
        return None
    return Target(TargetKind.AUDIOBOOK, NAME, item_url(found[1]), found[1])


def _collection(identifier: str) -> Target:
    return Target(TargetKind.CATEGORY, NAME, collection_url(identifier), f"collection:{identifier}")


def _search(words: list[str]) -> Target | None:
    clauses = [" ".join(word.split()) for word in words if word.strip()]
    if not clauses:
        return None
    query = clauses[0] if len(clauses) == 1 else " AND ".join(f"({clause})" for clause in clauses)
    encoded = quote(query, safe="", errors="replace")
    return Target(TargetKind.CATEGORY, NAME, f"{ROOT}/search?query={encoded}", f"search:{encoded}")


def _parameters(parts: SplitResult) -> list[tuple[str, str]]:
    try:
        return parse_qsl(parts.query)
    except ValueError:
        return []
