"""What the folder of a book may be called: by its template, then with what tells it from another of its name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import NamedTuple

from ohdio_core.current import Current
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.book_names import book_folder
from ohdio_core.domain.naming import cut, plain_text
from ohdio_core.domain.owner import OwnerId
from ohdio_core.name_template import NameTemplate, parse_names, parse_show_names

#: By which earlier versions filed all books: what is there stays there.
FORMER_NAMES = parse_names("{author}/{title}")
SHOW_NAMES = parse_show_names("{show}/{date} - {title}")

_LONGEST_FACT = 60  # bytes
#: An id that can stand in a name as it is, whatever a system makes of capitals; any other is told by a digest of it.
_PLAIN_ID = re.compile(r"[a-z0-9_.-]{1,40}")


class LibraryNames(NamedTuple):
    """By what books and episodes are filed."""

    books: Current[NameTemplate]
    shows: Current[NameTemplate]


class BookNames:
    """The names of books.

    Args:
        names: By which books are filed.
        name_bytes: Returns how long names may be.
    """

    def __init__(self, names: LibraryNames, name_bytes: Callable[[], int]) -> None:
        self._names = names
        self._name_bytes = name_bytes

    def usual(
        self,
        details: BookDetails,
        owner_id: OwnerId,
        *,
        is_told_apart: Callable[[PurePosixPath], bool] = lambda _: True,
    ) -> Iterator[tuple[PurePosixPath, str | None]]:
        """Yield each name that a book may have, with the kind of fact in it that tells the book from another.

        Args:
            details: For the name.
            owner_id: Whose folder it is.
            is_told_apart: Returns whether a plain name may be another's, so that those that tell it apart follow.
        """
        longest = self._name_bytes()
        most = min(_LONGEST_FACT, longest // 2 - 3)
        told = {kind: f"({cut(text, most).rstrip()})" for kind, text in facts_of(details).items()}
        ids = [f"[{_id_name(each)}]" for each in owner_id.ids]
        seen = set()
        for template, named, facts in self._forms(details, told):
            plain = book_folder(template, named, max_bytes=longest)
            if plain in seen:
                continue
            seen.add(plain)
            yield plain, None
            if not is_told_apart(plain):
                continue
            for fact, mark in (*facts.items(), *((None, each) for each in ids)):
                yield book_folder(template, named, told_apart_by=mark, max_bytes=longest), fact

    def _forms(
        self, details: BookDetails, told: Mapping[str, str]
    ) -> Iterator[tuple[NameTemplate, BookDetails, Mapping[str, str]]]:
        """Yield today's names and those of earlier versions, which had no templates, and knew no shows at first."""
        if details.is_episode:
            yield self._names.shows(), details, told
            return
        yield self._names.books(), details, told
        yield FORMER_NAMES, details, {}
        if details.show and not details.authors:
            yield FORMER_NAMES, replace(details, show=None), {}


def facts_of(details: BookDetails) -> Mapping[str, str]:
    """Return what may tell a book from another one of its name, by kinds, the best first."""
    year = details.published_year
    said = {
        "narrator": ", ".join(details.readers),
        "year": "" if year is None else f"{year:04}",
        "edition": details.publisher or "",
    }
    return {kind: text for kind, value in said.items() if (text := plain_text(value))}


def _id_name(owner: str) -> str:
    source, _, external_id = owner.partition(":")
    if _PLAIN_ID.fullmatch(external_id):
        return f"{source}-{external_id}"
    return f"{source}-{hashlib.sha256(owner.encode()).hexdigest()[:12]}"
