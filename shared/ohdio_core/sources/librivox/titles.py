"""Titles of LibriVox's catalogue, which leaves an article at the beginning out; a book's address has it."""

from __future__ import annotations

import re
import unicodedata

_ARTICLES = "the|an?|les?|la|une?|der|die|das|eine?|el|los|las|il|het"
_BEGINNING = re.compile(rf"({_ARTICLES})-", re.IGNORECASE)
_FIRST = re.compile(rf"(?:{_ARTICLES})\s+", re.IGNORECASE)
_LAST = re.compile(rf"(?P<rest>.*\S),\s+(?P<article>{_ARTICLES})(?P<behind>\s*[(\[].*)?", re.IGNORECASE)
_OTHERS = re.compile(r"[^a-z0-9]+")


def with_article(title: str, slug: str) -> str:
    """Return a title with the article that stands behind it, or that the slug of the book's address begins with."""
    if (last := _LAST.fullmatch(title)) is not None:
        return f"{last['article'].capitalize()} {last['rest']}{last['behind'] or ''}"
    beginning, words = _BEGINNING.match(slug), _slug(title)
    if beginning is None or not words or not f"{slug}-".startswith(f"{beginning[0]}{words}-"):
        return title
    return f"{beginning[1].capitalize()} {title}"


def without_article(title: str) -> str:
    """Return a title without an article at its beginning."""
    return _FIRST.sub("", title, count=1)


def _slug(title: str) -> str:
    letters = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return _OTHERS.sub("-", letters.replace("'", "")).strip("-")
