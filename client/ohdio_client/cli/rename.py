"""``ohdio library rename``: folders of books go to where they belong by the names of today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohdio_client.cli.confirmation import confirm
from ohdio_client.cli.output import books, print_json, print_line
from ohdio_client.counted_books import books_in_sentence
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ohdio_client.api.client import Client
    from ohdio_core.schemas.library import RenameList


def rename_folders(client: Client, *, by_hand: bool, is_meant: bool, as_json: bool) -> None:
    """Show which folders would be moved, and where, and order it once a person has confirmed it.

    Args:
        client: Of the API.
        by_hand: Those that people have put elsewhere, too.
        is_meant: Nobody is asked.
        as_json: For programs.

    Raises:
        BadInput: Nobody is there to be asked.
        SystemExit: It is not meant.
    """
    plan = client.books.renames(by_hand=by_hand)
    count = len(plan.items)
    if count and not is_meant and not as_json:
        confirm(
            f"Move {books(count)}?",
            _lines(plan),
            nothing=sentence("rename.nothing", "Nothing was moved."),
            unasked=sentence(
                "rename.unasked",
                "Nothing was moved, as nobody can be asked here: --yes moves {books}.",
                books=books_in_sentence(count),
            ),
            as_json=False,
        )
    elif not as_json:
        print_line(*_lines(plan))
    is_ordered = bool(count) and (is_meant or not as_json)
    changed = client.books.order_renames(by_hand=by_hand) if is_ordered else 0
    if as_json:
        print_json({**plan.model_dump(mode="json"), "changed": changed})
    elif count:
        print_line(f"{books(changed)} to be moved; `ohdio library rename` shows how many are left.")


def _lines(plan: RenameList) -> Iterator[str]:
    """Yield what would become of folders, and what would not."""
    for book in plan.items:
        yield f"  {book.folder}"
        yield f"    -> {book.becomes}"
    for book in plan.conflicts:
        yield f"  {book.folder} stays, as other books have all of its places."
    yield f"{books(len(plan.items))} would be moved, {plan.as_they_are} {_are(plan.as_they_are)} where they belong."
    if plan.by_hand:
        yield f"{books(plan.by_hand)} put elsewhere by hand {_are(plan.by_hand)} left there; --moved moves these, too."
    if plan.under_way:
        yield f"{books(plan.under_way)} {_are(plan.under_way)} being moved now."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
