"""``ohdio follows``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.book_filters import Chosen, book_filters, require_books
from ohdio_client.cli.bounds import AtMost, Cap, Every, Priority, bounded
from ohdio_client.cli.connection import connected
from ohdio_client.cli.follow_changes import said_of_order
from ohdio_client.cli.follow_lines import added_by, name_of_follow, state_of, wishes_of
from ohdio_client.cli.form import As
from ohdio_client.cli.keeping import AsShow, Keep, KeepAll, KeepDays, kept
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_json, print_line
from ohdio_client.cli.shared_options import with_options_of
from ohdio_client.cli.speed import Speed
from ohdio_client.cli.table import print_table
from ohdio_client.cli.typed_link import typed_link
from ohdio_client.cli.whole_number import whole_number
from ohdio_client.errors import BadInput
from ohdio_client.language import translated
from ohdio_core.domain.text_folding import fold_text
from ohdio_core.sentences import about, sentence

if TYPE_CHECKING:
    from ohdio_client.api.follows import FollowRoutes, FollowVerb
    from ohdio_core.schemas.follows import FollowView


@with_options_of(book_filters, "chosen")
def follows(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FOLLOW", help="Numbers that `ohdio follows` shows, links, or words of a title (default: all)."
        ),
    ] = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Check them now.")] = False,
    pause: Annotated[bool, typer.Option("--pause", help="Check them no more until they are resumed.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with paused ones.")] = False,
    end: Annotated[bool, typer.Option("--end", help="Follow them no more; what they added stays.")] = False,
    chosen: Chosen,
    are_all: Annotated[
        bool,
        typer.Option(
            "--all-books", help="Add any book: the filters that it has count no more, but for those given now."
        ),
    ] = False,
    at_most: AtMost = None,
    cap: Cap = None,
    every: Every = None,
    priority: Priority = None,
    keep: Keep = None,
    keep_days: KeepDays = None,
    keeps_all: KeepAll = False,
    form: As = None,
    fastest: Speed = None,
    as_show: AsShow = None,
    link: Annotated[
        str | None,
        typer.Option(
            "--link",
            metavar="LINK",
            help="Where what is private is now, with its new password or token; - reads it from the input.",
        ),
    ] = None,
    held: Annotated[
        bool, typer.Option("--held", help="Show what of held ones the folder has, and what is missing.")
    ] = False,
    is_confirmed: Annotated[
        bool, typer.Option("--confirm", help="Have held ones begin: what was found is taken, what is missing fetched.")
    ] = False,
    had: Annotated[
        list[int] | None,
        typer.Option(
            "--had",
            metavar="NUMBER",
            parser=whole_number,
            help="With --confirm: an unsure one that is had, by its number.",
        ),
    ] = None,
    take: Annotated[
        str | None,
        typer.Option(
            "--take",
            metavar="WHAT",
            help="With --confirm: everything that is missing, so many of the newest, what appeared on a day or "
            "later, or new.",
        ),
    ] = None,
    opml: Annotated[
        bool, typer.Option("--opml", help="Print all that is followed as a subscription list, which podcast apps read.")
    ] = False,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show what is followed, and what is wrong with it; or check, pause, resume, change or end some of it."""
    change: dict[str, object] = {**bounded(at_most, cap, every, priority), **kept(keep, keep_days, keeps_all=keeps_all)}
    change |= _formed(form, fastest, as_show)
    if chosen or are_all:
        change["filters"] = None if are_all and not chosen else chosen
    given = {"check": check, "pause": pause, "resume": resume, "end": end, "keep": bool(change), "link": link}
    given |= {"held": held, "confirm": is_confirmed}
    if link is not None:
        change = {"url": typed_link(link)}
    order = _order(given, wanted)
    with connected(api, data) as client:
        if opml:
            _print_list(client.follows, wanted, order)
            return
        meant = _meant(client.follows, wanted or ())
        if held or is_confirmed:
            _of_held(client.follows, meant, had or (), take, is_confirmed=is_confirmed, as_json=as_json)
            return
        if order is not None:
            meant = [
                _ordered(client.follows, order, follow, change if are_all else _beside_others(follow, change))
                for follow in meant
            ]
    _tell(meant, order, change, as_json=as_json)


def _order(given: Mapping[str, object], wanted: Sequence[str] | None) -> str | None:
    """Return what is ordered; None for nothing.

    Raises:
        BadArgument: Two things are, or of nothing that is named.
    """
    orders = [name for name, is_given in given.items() if is_given]
    if len(orders) > 1:
        raise BadArgument(
            sentence(
                "follows.two_orders",
                "--{first} and --{second} are two orders: give one of them.",
                first=orders[0],
                second=orders[1],
            )
        )
    if orders and not wanted:
        raise BadArgument(_WHICH[orders[0]])
    return orders[0] if orders else None


def _tell(meant: Sequence[FollowView], order: str | None, change: Mapping[str, object], *, as_json: bool) -> None:
    """Print what is followed, or what became of an order."""
    if as_json:
        print_json({"items": meant})
    elif order is not None:
        print_line(*(translated(said_of_order(order, follow, change)) for follow in meant))
    else:
        _print_all(meant)


_NOT_FOLLOWED = sentence("follows.none_such", "nothing of this kind is followed; `ohdio follows` lists what is.")
#: What to say where none is named for an order.
_WHICH = {
    "check": sentence(
        "follows.check_which", "Name what to check: a number that `ohdio follows` shows, a link, or words."
    ),
    "pause": sentence(
        "follows.pause_which", "Name what to pause: a number that `ohdio follows` shows, a link, or words."
    ),
    "resume": sentence(
        "follows.resume_which", "Name what to resume: a number that `ohdio follows` shows, a link, or words."
    ),
    "keep": sentence(
        "follows.keep_which",
        "Name what is to be changed: a number that `ohdio follows` shows, a link, or words.",
    ),
    "link": sentence(
        "follows.link_which", "Name what is somewhere else now: a number that `ohdio follows` shows, or words."
    ),
    "held": sentence("follows.held_which", "Name what is held: a number that `ohdio follows` shows, a link, or words."),
    "confirm": sentence(
        "follows.confirm_which", "Name what to confirm: a number that `ohdio follows` shows, a link, or words."
    ),
    "end": sentence("follows.end_which", "Name what to end: a number that `ohdio follows` shows, a link, or words."),
}


def _of_held(
    routes: FollowRoutes,
    meant: Sequence[FollowView],
    had: Sequence[int],
    take: str | None,
    *,
    is_confirmed: bool,
    as_json: bool,
) -> None:
    """Show what of held follows is had, or have them begin."""
    from ohdio_client.cli.held_follow import begin_held, show_held

    for follow in meant:
        if is_confirmed:
            begin_held(routes, follow, had, take, as_json=as_json)
        else:
            show_held(routes, follow, as_json=as_json)


def _meant(routes: FollowRoutes, wanted: Sequence[str]) -> list[FollowView]:
    """Return the follows that are meant, in their order; all where none is named.

    Raises:
        BadInput: One of the words means none.
    """
    from ohdio_core.domain.typed_link import is_link

    every = list(routes.every())[::-1]
    if not wanted:
        return every
    chosen: dict[int, FollowView] = {}
    for word in wanted:
        found = list(routes.every(word)) if is_link(word) else [each for each in every if _is_meant(each, word)]
        if not found:
            raise BadInput(about(word, _NOT_FOLLOWED))
        chosen |= {follow.id: follow for follow in found}
    return [chosen[number] for number in sorted(chosen)]


def _formed(form: str | None, fastest: int | None, as_show: bool | None) -> dict[str, object]:
    """Return what is said of the form, the place and the speed of its books, as the API takes it."""
    formed: dict[str, object] = {} if form is None else {"form": form}
    formed |= {} if as_show is None else {"as_show": as_show}
    return formed if fastest is None else {**formed, "speed_limit_kb": fastest or None}


def _beside_others(follow: FollowView, change: Mapping[str, object]) -> Mapping[str, object]:
    """Return a change in which the filters that a follow has stay beside those that are given.

    Raises:
        BadArgument: No book could be left.
    """
    given = change.get("filters")
    if not isinstance(given, dict) or follow.filters is None:
        return change
    filters = {**follow.filters.model_dump(), **given}
    require_books(filters["min_duration_seconds"], filters["max_duration_seconds"])
    return {**change, "filters": filters}


def _is_meant(follow: FollowView, word: str) -> bool:
    if word.isdecimal():
        return follow.id == int(word)
    return fold_text(word) in fold_text(name_of_follow(follow))


def _ordered(routes: FollowRoutes, order: str, follow: FollowView, change: Mapping[str, object]) -> FollowView:
    """Order something of a follow, and return it as it is then."""
    from ohdio_core.schemas.follows import FollowChange

    if order in ("keep", "link"):
        return routes.change(follow.id, FollowChange.model_validate(change))
    if order == "end":
        routes.end(follow.id)
        return follow
    return routes.order(follow.id, cast("FollowVerb", order))


def _print_list(routes: FollowRoutes, wanted: Sequence[str] | None, order: str | None) -> None:
    """Print all that is followed as a subscription list.

    Raises:
        BadArgument: Something else is asked for, too.
    """
    if wanted or order:
        raise BadArgument(sentence("follows.opml_of_all", "--opml prints all that is followed: give nothing else."))
    print_line(*routes.opml().splitlines())


def _with_keeping(follow: FollowView) -> str:
    return "; ".join(filter(None, ("private" if follow.is_private else None, state_of(follow), wishes_of(follow))))


def _print_all(meant: Sequence[FollowView]) -> None:
    if not meant:
        print_line("Nothing is followed. `ohdio follow` with a link begins it.")
        return
    rows = [(str(each.id), name_of_follow(each), added_by(each), _with_keeping(each)) for each in meant]
    print_table(("", "followed", "added", "state"), rows)
