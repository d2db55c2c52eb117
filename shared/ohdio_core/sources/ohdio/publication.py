"""The line in which OHdio says how a book was published, and of what kind it is.

"Publié en 2008 | Éditions X | 344 pages | Tout public", recorded 2026-04; prizes may stand before it. A
kicker is a genre ("Roman"), on some cards behind "Livre audio", or an age ("6-8 ans").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ohdio_core.sources.markup import line_of_text, plain_text

_YEAR = re.compile(r"\b(?:Publié|Paru)e?s? (?:en|le)(?: \d{1,2}(?:er)?)?(?: [^\W\d]{3,9})? (\d{4})\b", re.IGNORECASE)
_PAGES = re.compile(r"(\d{1,3} \d{3}|\d{1,5}) ?p(?:ages?|\.|\b).*", re.IGNORECASE)
_AUDIENCE = re.compile(
    r"\bpublic\b|\d ?ans\b|^(?:pour )?(?:les )?(?:adultes?|ados?|adolescents?|enfants?|tout-petits)$",
    re.IGNORECASE,
)
_KIND = re.compile(r"livres? audio", re.IGNORECASE)
_BETWEEN_KINDS = re.compile("[•·|]")


@dataclass(frozen=True, slots=True)
class Publication:
    """The printed book that was read aloud."""

    publisher: str | None = None
    year: int | None = None
    pages: int | None = None
    audience: str | None = None


def parse_publication(html: str) -> Publication:
    """Return the fields of the line; those that it lacks are None. Never raises."""
    text = plain_text(html)
    found = _YEAR.search(text)
    lines = text.split("\n")
    # What follows the year: the prizes before it are not the publisher.
    rest = text[found.end() :] if found else next((line for line in lines if "|" in line), "")
    publisher, pages, audience = None, None, None
    for piece in (piece.strip(" .\xa0") for piece in re.split(r"[|\n]", rest)):
        if (count := _PAGES.fullmatch(piece)) is not None:
            pages = pages or int(count[1].replace(" ", ""))
        elif _AUDIENCE.search(piece):
            audience = audience or piece
        elif piece:
            publisher = publisher or piece
    return Publication(publisher, int(found[1]) if found else None, pages, audience)


def parse_kicker(html: str) -> tuple[str | None, str | None]:
    """Return genre and age from a kicker: "Livre audio • Roman" is a novel, "6-8 ans" an age."""
    ages: list[str] = []
    genres: list[str] = []
    for piece in (each.strip() for each in _BETWEEN_KINDS.split(line_of_text(html))):
        if piece and not _KIND.fullmatch(piece):
            (ages if _AUDIENCE.search(piece) else genres).append(piece)
    return ", ".join(genres) or None, ages[0] if ages else None
