"""``ohdio follows``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.connection import connected
from ohdio_client.cli.follow_lines import added_by, follow_line, name_of_follow, state_of
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_json, print_line
from ohdio_client.cli.table import print_table
from ohdio_client.errors import BadInput
from ohdio_core.domain.text_folding import fold_text
from ohdio_core.sentences import about, sentence

if TYPE_CHECKING:
    from ohdio_client.api.follows import FollowRoutes
    from ohdio_core.schemas.follows import FollowView


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
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show what is followed, and what is wrong with it; or check, pause, resume or end some of it."""
    orders = [name for name, is_given in _given(check=check, pause=pause, resume=resume, end=end) if is_given]
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
    with connected(api, data) as client:
        meant = _meant(client.follows, wanted or ())
        if orders:
            meant = _ordered(client.follows, orders[0], meant)
    if as_json:
        print_json({"items": meant})
    elif orders:
        print_line(*(f"{_DONE[orders[0]]}: {_said(orders[0], follow)}." for follow in meant))
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
    "end": sentence("follows.end_which", "Name what to end: a number that `ohdio follows` shows, a link, or words."),
}
#: What to say of a follow after an order.
_DONE = {"check": "Checked now", "pause": "Paused", "resume": "Resumed", "end": "Followed no more"}


def _given(**orders: bool) -> Sequence[tuple[str, bool]]:
    return list(orders.items())


def _said(order: str, follow: FollowView) -> str:
    return follow_line(follow) if order == "resume" else name_of_follow(follow)


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


def _is_meant(follow: FollowView, word: str) -> bool:
    if word.isdecimal():
        return follow.id == int(word)
    return fold_text(word) in fold_text(name_of_follow(follow))


def _ordered(routes: FollowRoutes, name: str, meant: Sequence[FollowView]) -> list[FollowView]:
    return [_order_of(routes, name)(follow) for follow in meant]


def _order_of(routes: FollowRoutes, name: str) -> Callable[[FollowView], FollowView]:
    def end(follow: FollowView) -> FollowView:
        routes.end(follow.id)
        return follow

    orders: dict[str, Callable[[FollowView], FollowView]] = {
        "check": lambda follow: routes.order(follow.id, "check"),
        "pause": lambda follow: routes.order(follow.id, "pause"),
        "resume": lambda follow: routes.order(follow.id, "resume"),
        "end": end,
    }
    return orders[name]


def _print_all(meant: Sequence[FollowView]) -> None:
    if not meant:
        print_line("Nothing is followed. `ohdio follow` with a link begins it.")
        return
    rows = [(str(each.id), name_of_follow(each), added_by(each), state_of(each)) for each in meant]
    print_table(("", "followed", "added", "state"), rows)
