"""How complete the description of an audiobook or a recording is, and the merging of two.

The recorded ones (2026-04) have every field. One that is empty is either missing from the book, or the site
has moved it: only another way to read the book can tell the two apart.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, TypeVar

from ohdio_core.domain.audiobook import BookDetails, Part

# No audiobook is without: these are looked for in every way there is.
_ALWAYS = ("authors", "narrators", "description", "cover_url", "duration")
# A book may lack these, so that one other way to read it that lacks them too is believed.
_MOSTLY = ("publisher", "published_year", "genre", "titles of parts", "durations of parts", "length of parts")

SUFFICIENT = 0.5  #: the completeness of what has all that none is without

Record = TypeVar("Record", BookDetails, Part)


def missing(details: BookDetails) -> tuple[str, ...]:
    """Return the names of the fields that a description lacks; the title and the parts are always there."""
    parts, length = details.parts, details.duration or timedelta()
    known = {
        **{name: bool(getattr(details, name)) for name in (*_ALWAYS, *_MOSTLY[:3])},
        "titles of parts": len(parts) == 1 or all(part.title for part in parts),
        "durations of parts": all(part.duration for part in parts),
        # Rounding aside, parts last as long as the book; where they do not, some may be missing.
        "length of parts": sum((part.duration or timedelta() for part in parts), timedelta()) >= 0.95 * length,
    }
    return tuple(name for name, is_known in known.items() if not is_known)


def completeness(details: BookDetails) -> float:
    """Return how complete a description is, from above 0 to 1; ``SUFFICIENT`` is what no book lacks."""
    absent = missing(details)
    share = 1 - len(absent) / (len(_ALWAYS) + len(_MOSTLY))
    return _score(share, is_sufficient=not any(name in absent for name in _ALWAYS))


def recording_completeness(details: BookDetails) -> float:
    """Return the same for an episode or a clip: the durations of their parts are never known."""
    usual = (
        # Without one of its own, it is called after its programme.
        details.title != details.series,
        details.series,
        details.cover_url,
        details.published_year,
        all(part.title or part.chapters for part in details.parts),
    )
    share = sum(1 for value in usual if value) / len(usual)
    return _score(share, is_sufficient=all(part.duration for part in details.parts))


def merged(first: BookDetails, second: BookDetails) -> BookDetails:
    """Return the first description with what only the second has, as long as both are of the same parts."""
    if [part.external_id for part in first.parts] != [part.external_id for part in second.parts]:
        return first
    parts = tuple(_filled(part, other) for part, other in zip(first.parts, second.parts, strict=True))
    return replace(_filled(first, second), parts=parts)


def _score(share: float, *, is_sufficient: bool) -> float:
    return SUFFICIENT + (1 - SUFFICIENT) * share if is_sufficient else 0.1 + 0.3 * share


def _filled(first: Record, second: Record) -> Record:
    names = [field.name for field in fields(first) if not getattr(first, field.name)]
    added: dict[str, Any] = {name: getattr(second, name) for name in names}
    return replace(first, **added)
