"""``ohdio feeds``."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.choice import one_of
from ohdio_client.cli.clock import day_here
from ohdio_client.cli.connection import connected
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_json, print_line
from ohdio_client.cli.table import print_table
from ohdio_client.cli.whole_number import whole_number
from ohdio_client.errors import BadInput
from ohdio_core.loopback import is_loopback
from ohdio_core.sentences import about, sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_core.schemas.listening_feeds import FeedOrder, FeedView


class _FeedVerb(StrEnum):
    MAKE = "make"
    REVOKE = "revoke"


def feeds(
    verb: Annotated[
        _FeedVerb | None,
        typer.Argument(
            metavar="make|revoke",
            parser=one_of(_FeedVerb),
            autocompletion=lambda: [*_FeedVerb],
            help="Make an address, or revoke some.",
        ),
    ] = None,
    numbers: Annotated[
        list[int] | None,
        typer.Argument(metavar="NUMBER", parser=whole_number, help="Which to revoke, as `ohdio feeds` numbers them."),
    ] = None,
    *,
    author: Annotated[str | None, typer.Option("--author", metavar="NAME", help="Of an author.")] = None,
    series: Annotated[str | None, typer.Option("--series", metavar="NAME", help="Of a series.")] = None,
    book: Annotated[
        str | None, typer.Option("--book", metavar="BOOK", help="Of a book: words of its title or author.")
    ] = None,
    follow: Annotated[
        int | None,
        typer.Option("--follow", metavar="NUMBER", parser=whole_number, help="Of what a follow has added."),
    ] = None,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the addresses by which podcast apps play the library; make one, of all or of a part, or revoke some."""
    parts = {"author": author, "series": series, "book": book, "follow": None if follow is None else str(follow)}
    given = {scope: value for scope, value in parts.items() if value is not None}
    _require_fitting(verb, numbers or (), given)
    with connected(api, data) as client:
        if verb is _FeedVerb.MAKE:
            _make(client, given, as_json=as_json)
        elif verb is _FeedVerb.REVOKE:
            for number in numbers or ():
                client.feeds.revoke(number)
                if not as_json:
                    print_line(f"{number}: revoked.")
            if as_json:
                print_json({"revoked": numbers})
        else:
            _list(client.feeds.every(), as_json=as_json)


def _require_fitting(verb: _FeedVerb | None, numbers: Sequence[int], given: dict[str, str]) -> None:
    if (verb is _FeedVerb.REVOKE) != bool(numbers):
        raise BadArgument(
            sentence("feeds.which", "`ohdio feeds revoke NUMBER` revokes; `ohdio feeds` shows the numbers.")
        )
    if given and verb is not _FeedVerb.MAKE:
        raise BadArgument(sentence("feeds.only_made", "Of what a feed is, is said with `ohdio feeds make`."))
    if len(given) > 1:
        first, second, *_ = given
        raise BadArgument(
            sentence(
                "feeds.of_two", "A feed is of one thing: give --{first} or --{second}.", first=first, second=second
            )
        )


def _make(client: Client, given: dict[str, str], *, as_json: bool) -> None:
    made = client.feeds.make(_order(client, given))
    if as_json:
        print_json(made)
        return
    print_line(
        made.address,
        "A podcast app plays this. It is shown this once; whoever has it can hear, and do nothing else.",
        f"`ohdio feeds revoke {made.id}` revokes it.",
        f"For apps that fetch whole books (OPDS): {made.catalogue}",
    )
    if is_loopback(urlsplit(made.address).hostname or ""):
        print_line("Only this machine reaches it: OHDIO_PUBLIC_URL says by which address phones do.")


def _order(client: Client, given: dict[str, str]) -> FeedOrder:
    from ohdio_core.domain.feed_scope import FeedScope
    from ohdio_core.schemas.listening_feeds import FeedOrder

    if not given:
        return FeedOrder.model_validate({})
    ((scope, value),) = given.items()
    return FeedOrder(scope=FeedScope(scope), about=_book(client, value) if scope == "book" else value)


def _book(client: Client, words: str) -> str:
    """Return the id of the one book of the library that has these words.

    Raises:
        BadInput: None has, or several have.
    """
    found = [book for book in client.books.every(words=words) if book.library_path is not None]
    if len(found) != 1:
        raise BadInput(
            about(words, sentence("feeds.no_book", "no book in the library has these words, or more than one has."))
        )
    return str(found[0].id)


def _list(every: Sequence[FeedView], *, as_json: bool) -> None:
    if as_json:
        print_json({"items": every})
        return
    if not every:
        print_line("No podcast app has an address. `ohdio feeds make` makes one.")
        return
    rows = [
        (
            str(each.id),
            "the whole library" if each.title is None else f"{each.scope.value}: {each.title}",
            each.listener.name or "",
            day_here(each.made_at),
            "never" if each.used_at is None else day_here(each.used_at),
        )
        for each in every
    ]
    print_table(("", "of", "whose", "made", "used"), rows)
