"""OHdio's addresses: which are categories, which are audiobooks, and their one form.

Shapes seen in public clients (2025-2026), all under ``https://ici.radio-canada.ca/ohdio``:
``/categories/{id}/{slug}``, ``/livres-audio/{id}/{slug}``, a part of a book
``/livres-audio/{id}/{slug}/{mediaId}-{n}``, and any of them behind ``/recherche/produits``.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.domain.identity import canonical_url, refuse_reason

NAME = "ohdio"
ROOT = "https://ici.radio-canada.ca/ohdio"

_HOST = re.compile(r"(?:(?:www|m)\.)?(?:ici\.)?radio-canada\.ca")
_PREFIX = r"/ohdio(?:/recherche/produits)?"
# Ids are far shorter; the bound keeps nonsense out of the database.
_CATEGORY = re.compile(_PREFIX + r"/categories/0*([1-9]\d{0,17})(?:/([^/]*))?/?")
_AUDIOBOOK = re.compile(_PREFIX + r"/livres-audio/0*([1-9]\d{0,17})(?:/.*)?")
_PART = re.compile(r"/livres-audio/\d+/[^/]*/(\d+)-\d+/?")


def match(url: str) -> Target | None:
    """Say what a link is; None when it is not a category or an audiobook of OHdio."""
    if refuse_reason(url) is not None:
        return None
    parts = urlsplit(canonical_url(url))
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or "") or parts.port is not None:
        return None
    if found := _AUDIOBOOK.fullmatch(parts.path):
        return Target(TargetKind.AUDIOBOOK, NAME, book_url(found[1]), found[1])
    if found := _CATEGORY.fullmatch(parts.path):
        # The page is read by its path, so the slug stays; the id alone says which category it is.
        path = f"/categories/{found[1]}/{found[2]}" if found[2] else f"/categories/{found[1]}"
        return Target(TargetKind.CATEGORY, NAME, ROOT + path, found[1])
    return None


def book_url(book_id: str) -> str:
    """Give a book's canonical URL: without the slug, which changes with the title."""
    return f"{ROOT}/livres-audio/{book_id}"


def absolute(path: str) -> str:
    """Give the URL of a path as OHdio's answers name it: relative to ``/ohdio``, or complete."""
    if path.startswith("/") and not path.startswith(("//", "/ohdio/")):
        return ROOT + path
    return path


def media_id_of_part(path: str) -> str | None:
    """Give the id of the medium that the address of a book's part ends with."""
    found = _PART.search(path)
    return found[1] if found else None
