"""Invented titles, people and houses; any likeness to a real book is an accident."""

from __future__ import annotations

import random
import unicodedata

_OPENINGS = ("La ruelle", "L'automne", "Le phare", "Les sœurs", "Une saison", "Le dernier train", "La cabane", "Minuit")
_MIDDLES = ("des érables", "de l'Anse-aux-Mouettes", "sans étoiles", "du rang Quatre", "à Cap-Tourmente", "de givre")
_OF_A_SERIES = " (tome 2)"
_ENDINGS = ("", "", " : récit", " et autres nouvelles", _OF_A_SERIES, " – l'hiver", " ?")
_FIRST = ("Maëlle", "Étienne", "Rose-Aimée", "Jérôme", "Noémie", "François-Xavier", "Zoé", "Loïc", "Odile", "Gaétan")
_LAST = ("Bellehumeur", "Tranchemontagne", "Vadnais", "L'Écuyer", "Saint-Onge", "Labrecque-Côté", "Quintal", "Ouimet")
_HOUSES = ("Éditions du Goéland", "La Pointe sèche", "Les Éditions Grand-Pré", "Mille-Îles")
_GENRES = ("Roman", "Polar", "Jeunesse", "Essai", "Poésie")
_CHAPTERS = ("Le départ", "La traversée", "Les glaces", "Le retour", "Épilogue", "La lettre", "L'orage")


def title(number: int) -> str:
    """A title for a number; the number is part of it, so no two are equal."""
    rng = random.Random(f"title no. {place(number)}")
    return f"{rng.choice(_OPENINGS)} {rng.choice(_MIDDLES)} n° {number}{rng.choice(_ENDINGS)}"


def place(number: int) -> int:
    """Return what decides everything that is drawn for a number: its place among the thousand that a test is given.

    Which thousand that is depends on the tests that ran before in the same process.
    """
    return number % 1_000


def series_of(title: str) -> list[tuple[str, str]]:
    """The series that a title names, with the book's number in it; none for most."""
    return [(title.removesuffix(_OF_A_SERIES), "2")] if title.endswith(_OF_A_SERIES) else []


def people(seed: str, count: int) -> tuple[str, ...]:
    """So many different names."""
    rng = random.Random(seed)
    return tuple(f"{first} {rng.choice(_LAST)}" for first in rng.sample(_FIRST, count))


def house(number: int) -> str:
    """A publisher."""
    return _HOUSES[number % len(_HOUSES)]


def genre(number: int) -> str:
    """A genre as the site words it."""
    return _GENRES[number % len(_GENRES)]


def chapter(number: int) -> str:
    """A part's title; ``number`` counts from 1."""
    return f"Partie {number} - {_CHAPTERS[(number - 1) % len(_CHAPTERS)]}"


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, as in the site's addresses."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe")).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())
