"""The one book that a person means, for commands that tell of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohdio_client.cli.lines import lines_of
from ohdio_client.cli.matching import Book, Meant, Scope, books_matching, numbered
from ohdio_client.errors import BadInput

if TYPE_CHECKING:
    from ohdio_client.api.client import Client

_ANY = Scope("there is no such book in the queue or in the library.", is_library=True)


def one_matching(client: Client, wanted: list[str]) -> Book:
    """Return the one book that is meant.

    Raises:
        BadInput: There is none, or there are several.
    """
    meant = Meant.by(wanted)
    found = books_matching(client, meant, _ANY) + [numbered(client, number) for number in meant.numbers]
    if len(found) > 1:
        lines = "\n".join(lines_of(found))
        raise BadInput(
            f"It may be one of {len(found)} books; name it by its number or link, or by more words.\n{lines}"
        )
    return found[0]
