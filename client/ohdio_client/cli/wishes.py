"""Options that say what of a link is wanted: as one book, or only some books of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.book_filters import Chosen, book_filters
from ohdio_client.cli.form import As
from ohdio_client.cli.shared_options import with_options_of
from ohdio_client.cli.speed import Speed
from ohdio_client.cli.whole_number import up_to
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_core.schemas.submissions import Wishes

#: What is wanted of links, as the API takes it; by name, as its class takes long to import.
Wanted: TypeAlias = "Wishes"

_MOST_NEWEST = 1000  # what the API takes


@with_options_of(book_filters, "chosen")
def wishes(
    *,
    as_book: Annotated[
        bool, typer.Option("--as-book", help="Make one book of a whole feed, with its episodes as chapters.")
    ] = False,
    chosen: Chosen,
    newest: Annotated[
        int | None,
        typer.Option("--newest", metavar="N", parser=up_to(_MOST_NEWEST), help="Only the N newest books of each link."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also books of these links that were removed before.")] = False,
    wanted_form: As = None,
    no_faster: Speed = None,
) -> Wanted:
    """Return what is wanted, as the API takes it; only what somebody asked for is set.

    Raises:
        BadArgument: Nothing could be left, or it is more than the API takes.
    """
    asked = chosen | ({"newest": newest} if newest else {})
    if as_book and asked:
        raise BadArgument(
            sentence(
                "wishes.whole_feed",
                "--as-book takes all of a feed, so nothing can be filtered: leave one of them out.",
            )
        )
    from ohdio_core.schemas.submissions import Wishes

    wanted: dict[str, object] = {"as": "book"} if as_book else {}
    if asked:
        wanted["filters"] = asked
    if again:
        wanted["again"] = True
    if wanted_form is not None:
        wanted["form"] = wanted_form
    if no_faster:
        wanted["speed_limit_kb"] = no_faster
    return Wishes.model_validate(wanted)


def with_wishes(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command with the options of ``wishes``, in the place of its parameter ``wanted``, which they become."""
    return with_options_of(wishes, "wanted")(command)
