"""What every library says where a book cannot go, and what happens then."""

from __future__ import annotations

from ohdio_core.errors import NeedsPerson
from ohdio_core.sentences import sentence

GOES_ON = sentence("library.goes_on", "It goes on by itself then.")
DELETE_AGAIN = sentence("library.delete_again", "Delete the book again then.")


def names_taken(first: str, second: str) -> NeedsPerson:
    """Return the error for a book whose places all belong to others."""
    return NeedsPerson(
        sentence(
            "library.names_taken",
            "Other books, or files of yours, are where this one belongs, {first} and {second}; rename one of them.",
            first=first,
            second=second,
        )
    )


def no_place_to_restore(library: str, folder: str) -> NeedsPerson:
    """Return the error for a book in the trash whose place others have."""
    return NeedsPerson(
        sentence(
            "library.no_place_to_restore",
            "The book cannot come back from the trash, as other folders have taken its place in {library}: rename "
            "{folder} there.",
            library=library,
            folder=folder,
        )
    )
