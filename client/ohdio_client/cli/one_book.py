"""The one book that a person means, for commands that tell of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohdio_client.cli.lines import lines_of
from ohdio_client.cli.matching import ANY_BOOK, Book, Meant, books_matching, numbered
from ohdio_client.errors import BadInput
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client


def one_matching(client: Client, wanted: list[str]) -> Book:
    """Return the one book that is meant.

    Raises:
        BadInput: There is none, or there are several.
    """
    meant = Meant.by(wanted)
    found = books_matching(client, meant, ANY_BOOK) + [numbered(client, number) for number in meant.numbers]
    if len(found) > 1:
        raise BadInput(
            sentence(
                "matching.several",
                "It may be one of {count} books; name it by its number or link, or by more words.",
                count=len(found),
            ),
            details=list(lines_of(found)),
        )
    return found[0]
