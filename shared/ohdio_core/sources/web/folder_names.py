"""What the names of folders say of the book in them, by the conventions of people who keep audiobooks.

``Author/Title``, ``Author/Series/Title``, ``Author - Title (Year)``, ``Title, Tome 2``, ``2 - Title``, ``{Reader}``:
those that Audiobookshelf documents. A name is taken for an author's only where it looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.sources.series_in_title import position_of, series_in

_YEAR = re.compile(r"\s*[(\[]\s*(1[0-9]{3}|20[0-9]{2})\s*[)\]]\s*")
_YEAR_FIRST = re.compile(r"\A(1[0-9]{3}|20[0-9]{2})\s+-\s+(?=\S)")
_READ_BY = r"(?:lu(?:e|s|es)? par|read by|narrated by|gelesen von)"
_READER = re.compile(rf"\s*(?:\{{([^{{}}]{{2,100}})\}}|[(\[]{_READ_BY}\s+([^()\[\]]{{2,100}})[)\]])\s*", re.IGNORECASE)
_UNABRIDGED = re.compile(r"\s*[(\[](?:unabridged|ungekürzt|version intégrale|texte intégral)[)\]]", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:(?:book|livre|tome|vol(?:ume)?|band|libro|bk|t|#|n[o°º])\.?\s*)?([0-9]{1,3}(?:\.[0-9])?)\.?", re.IGNORECASE
)
_SERIES = re.compile(r"(?P<rest>.*\S)\s+(?P<number>[0-9]{1,3}(?:\.[0-9])?)")
_BETWEEN = re.compile(r"\s+[-–—]\s+")
_BETWEEN_PEOPLE = re.compile(r"\s+(?:&|and|et|und|y)\s+|\s*;\s*", re.IGNORECASE)
_LAST_FIRST = re.compile(r"([^,]+),\s*([^,]+)")
# Within a name; not at its beginning, where a title is likelier.
_PARTICLES = frozenset(
    {"de", "du", "des", "la", "le", "van", "von", "der", "den", "da", "di", "del", "dos", "al", "bin", "ibn", "of"}
)
_ARTICLES = frozenset(
    {"the", "a", "an", "le", "la", "les", "un", "une", "der", "die", "das", "ein", "el", "los", "las", "il", "my", "of"}
)
#: Words of folders that sort books, and of titles; no person is called so.
_NO_NAME = frozenset(
    {
        *("audio", "audiobook", "audiobooks", "book", "books", "livre", "livres", "hörbuch", "hörbücher", "library"),
        *("collection", "collections", "series", "saga", "cycle", "trilogy", "stories", "story", "tales", "tale"),
        *(
            "contes",
            "conte",
            "histoires",
            "histoire",
            "novels",
            "novel",
            "romans",
            "nouvelles",
            "fiction",
            "nonfiction",
        ),
        *("fantasy", "mystery", "horror", "romance", "thriller", "history", "biography", "poetry", "poésie", "théâtre"),
        *("kids", "children", "jeunesse", "enfants", "music", "podcasts", "podcast", "media", "misc", "new", "old"),
        *("various", "unsorted", "unknown", "inbox", "incoming", "downloads", "public", "pub", "shared", "files"),
        *("english", "french", "german", "spanish", "français", "deutsch", "archive", "archives", "complete"),
        *("unabridged", "abridged", "and", "or", "in", "on", "chapter", "chapters", "part", "parts", "disc", "cd"),
        *("tome", "volume", "vol"),
    }
)
_MOST_WORDS = 5


def details_of(folders: Sequence[str]) -> BookDetails:
    """Return what folders say of a book.

    Args:
        folders: From the first below what a person added, to the book's own; at least that.
    """
    name, year = _year_in(_UNABRIDGED.sub("", folders[-1].replace("_", " ")))
    readers, name = _readers_in(name)
    authors, series = _above(folders[:-1])
    if not authors:
        authors, name = _author_in(name)
    title, stated = _series_in(name, series)
    return BookDetails(
        title=title or folders[-1],
        authors=authors,
        narrators=readers,
        published_year=year,
        series=series if stated is None else stated[0],
        series_position=None if stated is None else stated[1],
    )


def _year_in(name: str) -> tuple[str, int | None]:
    found = _YEAR_FIRST.match(name) or _YEAR.search(name)
    if found is None:
        return name.strip(), None
    rest = f"{name[: found.start()]} {name[found.end() :]}".strip(" -")
    return (rest, int(found[1])) if rest else (name, None)


def _readers_in(name: str) -> tuple[tuple[str, ...], str]:
    found = _READER.search(name)
    if found is None:
        return (), name
    return ((found[1] or found[2]).strip(),), f"{name[: found.start()]} {name[found.end() :]}".strip()


def _series_in(name: str, series: str | None) -> tuple[str, tuple[str, str] | None]:
    """Return a book's title, and its series with its number in that, where its name tells.

    Args:
        name: Of its folder, without what was read of it already.
        series: By the folder above; None where that is none.
    """
    first, *rest = _BETWEEN.split(name, maxsplit=1)
    if rest and series and (counted := _NUMBER.fullmatch(first)):
        return rest[0], (series, position_of(counted[1]))
    if rest and _NUMBER.fullmatch(first) is None and (counted := _SERIES.fullmatch(first)):
        return rest[0], (series or counted["rest"], position_of(counted["number"]))
    stated = series_in(name)
    if stated is None or series is None:
        return name, stated
    return name, (series, stated[1])


def _above(folders: Sequence[str]) -> tuple[tuple[str, ...], str | None]:
    """Return the authors and the series that the folders above a book's own name."""
    if len(folders) >= 2 and (authors := people_in(folders[-2])):
        return authors, _year_in(folders[-1])[0]
    return (people_in(folders[-1]), None) if folders else ((), None)


def _author_in(name: str) -> tuple[tuple[str, ...], str]:
    first, *rest = _BETWEEN.split(name, maxsplit=1)
    authors = people_in(first) if rest else ()
    return (authors, rest[0]) if authors else ((), name)


def people_in(name: str) -> tuple[str, ...]:
    """Return the people that a folder is called after; none where it is called otherwise."""
    inverted = _LAST_FIRST.fullmatch(name.strip())
    if inverted is not None and _is_person(f"{inverted[2]} {inverted[1]}"):
        return (f"{inverted[2]} {inverted[1]}",)
    people = tuple(person.strip() for person in re.split(r",\s+", name) for person in _BETWEEN_PEOPLE.split(person))
    return people if all(map(_is_person, people)) else ()


def _is_person(name: str) -> bool:
    words = name.split()
    if not 2 <= len(words) <= _MOST_WORDS or words[0].lower() in _ARTICLES:
        return False
    return all(map(_is_of_name, words)) and words[-1].lower() not in _PARTICLES


def _is_of_name(word: str) -> bool:
    lowered = word.lower().strip(".,'’")
    if lowered in _PARTICLES:
        return True
    return word[0].isupper() and lowered not in _NO_NAME and not any(map(str.isdigit, word))
