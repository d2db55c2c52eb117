"""``ohdio follow``."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.bounds import AtMost, Cap, Every, Priority, bounded
from ohdio_client.cli.confirmation import confirm
from ohdio_client.cli.connection import connected
from ohdio_client.cli.follow_lines import follow_line, name_of_follow
from ohdio_client.cli.keeping import AsShow, Keep, KeepDays, kept
from ohdio_client.cli.link_file import read_link_file
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import books, print_error, print_json, print_line, size
from ohdio_client.cli.sentences import BAD_INPUT
from ohdio_client.cli.typed_link import typed_link
from ohdio_client.cli.wishes import Wanted, with_wishes
from ohdio_client.counted_books import books_in_sentence
from ohdio_client.language import in_one_language, sentence_of, translated
from ohdio_client.sizes import size_in_sentence
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_client.api.follows import FollowRoutes
    from ohdio_core.schemas.follows import FollowedLink, ListPreview


def _day(text: str) -> str:
    """Read a day."""
    try:
        return str(date.fromisoformat(text.strip()))
    except ValueError:
        raise BadArgument(
            sentence("argument.no_day", "{text!r} is no day. Write it as in 2026-01-31.", text=text)
        ) from None


@with_wishes
def follow(
    url: Annotated[
        str | None,
        typer.Argument(
            metavar="URL", help="The link of a feed, category, author, collection or search; - reads it from the input."
        ),
    ] = None,
    *,
    opml: Annotated[
        str | None,
        typer.Option(
            "--opml",
            metavar="FILE",
            help="All that a podcast app exports (OPML), or a file with a link on each line, names; - for input.",
        ),
    ] = None,
    is_everything: Annotated[
        bool, typer.Option("--everything", help="Add all that the listing has now, besides what appears from now on.")
    ] = False,
    from_day: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DAY", parser=_day, help="Add what appeared on that day or later, as in 2026-01-31."
        ),
    ] = None,
    at_most: AtMost = None,
    cap: Cap = None,
    every: Every = None,
    priority: Priority = None,
    keep: Keep = None,
    keep_days: KeepDays = None,
    as_show: AsShow = None,
    is_private: Annotated[
        bool,
        typer.Option(
            "--private", help="The link, or each of a list, is a secret: keep it encrypted, and show it nowhere."
        ),
    ] = False,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="DIR",
            help="Compare it first with a folder of books that you have, as the downloader sees it; nothing is fetched "
            "before that is confirmed.",
        ),
    ] = None,
    is_moved: Annotated[
        bool, typer.Option("--move", help="Move what is taken from that folder, rather than copy it.")
    ] = False,
    is_meant: Annotated[
        bool, typer.Option("--yes", help="Do not ask what a list is to add at once, or whether what was found is had.")
    ] = False,
    wanted: Wanted,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Check a link again and again, and add what is new there: each book once, ever.

    What it has now is left alone, unless --newest, --from or --everything says otherwise.
    """
    order = _order(wanted, is_everything=is_everything, from_day=from_day)
    order |= {**bounded(at_most, cap, every, priority), **kept(keep, keep_days)}
    order |= {} if as_show is None else {"as_show": as_show}
    order |= {"is_private": True} if is_private else {}
    with connected(api, data) as client:
        if opml is None:
            order["url"] = typed_link(_only(url, opml))
            if against is not None:
                order["held_against"] = {"path": against, "is_moved": is_moved}
            _follow(client.follows, order, is_meant=is_meant, as_json=as_json)
        else:
            _only(url, opml)
            if against is not None:
                raise BadArgument(sentence("follow.list_against", "--against is for one link: leave --opml out."))
            _follow_all(client.follows, read_link_file(opml), order, is_meant=is_meant, as_json=as_json)


def _only(url: str | None, opml: str | None) -> str:
    """Return what is to be followed.

    Raises:
        BadArgument: Neither a link nor a file is named, or both are.
    """
    if (url is None) == (opml is None):
        raise BadArgument(
            sentence("follow.link_or_file", "Name what to follow: a link, or a file of links with --opml.")
        )
    return url or opml or ""


def _follow(routes: FollowRoutes, order: dict[str, object], *, is_meant: bool, as_json: bool) -> None:
    from ohdio_core.schemas.follows import NewFollowOrder

    followed, is_new = routes.add(NewFollowOrder.model_validate(order))
    if "held_against" in order:
        from ohdio_client.cli.held_follow import ask_of_held

        ask_of_held(routes, followed, is_meant=is_meant, as_json=as_json)
    elif as_json:
        print_json(followed)
    elif not is_new:
        known = sentence(
            "follow.known",
            "Followed already, as it was wished then: {name}. `ohdio follows {id}` with options changes that.",
            name=name_of_follow(followed),
            id=followed.id,
        )
        print_line(translated(known))
    else:
        print_line(follow_line(followed), "`ohdio follows` lists all that is followed.")


def _follow_all(
    routes: FollowRoutes, document: str, order: dict[str, object], *, is_meant: bool, as_json: bool
) -> None:
    from ohdio_core.schemas.follows import FollowImport

    ordered = FollowImport.model_validate({"document": document, **order})
    if ordered.take != "new" and not is_meant:
        _confirm(routes.look_at_all(ordered), as_json=as_json)
    links = routes.add_all(ordered)
    if as_json:
        print_json({"items": links})
    else:
        print_line(*map(_of_list, links))
    if refused := sum(link.state == "refused" for link in links):
        said = sentence(
            "follow.some_refused",
            "{refused} of {count} links refused; the others are followed.",
            refused=refused,
            count=len(links),
        )
        print_error(translated(said))
        raise SystemExit(BAD_INPUT)


def _confirm(seen: ListPreview, *, as_json: bool) -> None:
    """Show what a list adds at once, and let a person confirm it."""
    least = "" if seen.is_whole else "at least "
    free = "" if seen.disk_free_bytes is None else f"; {size(seen.disk_free_bytes)} are free"
    confirm(
        "Follow them?",
        [f"{seen.links} links ({seen.looked_at} looked at): {least}{books(seen.books)}, {size(seen.bytes)}{free}."],
        nothing=sentence("follow.list_not_meant", "Nothing is followed."),
        unasked=sentence(
            "follow.list_unasked",
            "Nothing is followed, as nobody can be asked here: --yes adds {books} of {links} links, {size}.",
            books=books_in_sentence(seen.books),
            links=seen.links,
            size=size_in_sentence(seen.bytes),
        ),
        as_json=as_json,
    )


def _of_list(link: FollowedLink) -> str:
    if link.state == "refused":
        why = sentence_of(link.detail, link.detail_message) or "?"
        said = sentence("follow.link_refused", "Refused: {url}: {why}", url=link.url, why=why)
    elif link.state == "followed":
        said = sentence("follow.link_followed", "Followed: {url}", url=link.url)
    else:
        said = sentence("follow.link_known", "Followed already: {url}", url=link.url)
    return in_one_language(said)


def _order(wanted: Wanted, *, is_everything: bool, from_day: str | None) -> dict[str, object]:
    """Return how it is to be followed, as the API takes it.

    Raises:
        BadArgument: Options contradict each other.
    """
    if wanted.wanted_as == "book":
        raise BadArgument(sentence("follow.as_book", "A follow makes a book of each episode: leave --as-book out."))
    if wanted.again:
        raise BadArgument(sentence("follow.again", "A follow never adds what was removed: leave --again out."))
    order = _take(wanted.filters.newest, is_everything=is_everything, from_day=from_day)
    order |= wanted.model_dump(include={"form", "speed_limit_kb"}, exclude_none=True)
    if asked := wanted.filters.model_dump(exclude_unset=True, exclude={"newest"}):
        order["filters"] = asked
    return order


def _take(newest: int | None, *, is_everything: bool, from_day: str | None) -> dict[str, object]:
    """Return what is taken of what was there before, as the API takes it.

    Raises:
        BadArgument: Two things are.
    """
    given = {"newest": newest, "from": from_day, "everything": "everything" if is_everything else None}
    taken = {name: value for name, value in given.items() if value is not None}
    if len(taken) > 1:
        first, second, *_ = taken
        raise BadArgument(
            sentence(
                "follow.contradiction",
                "--{first} and --{second} contradict each other: leave one of them out.",
                first=first,
                second=second,
            )
        )
    return {"take": next(iter(taken.values()))} if taken else {}
