"""Held follows: what of a listing somebody has is shown, and confirmed before anything is fetched."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.follow_lines import follow_line, name_of_follow
from ohdio_client.cli.output import books, length, print_error, print_json, print_line
from ohdio_client.language import sentence_of, translated_text, with_reason
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_client.api.follows import FollowRoutes
    from ohdio_core.schemas.follows import FollowView
    from ohdio_core.schemas.held_follows import HeldBookView, HeldView

_NOT_ALL = 1  # exit code
_LOOKS_EVERY = 0.5  # seconds
_DOING = {"listing": "its listing is read", "describing": "its books are described", "comparing": "the folder is read"}


def ask_of_held(routes: FollowRoutes, follow: FollowView, *, is_meant: bool, as_json: bool) -> None:
    """Wait until a follow was compared with the folder, show that, and have it begin where a person says so."""
    held = _when_compared(routes, follow)
    if held.step != "ready":
        _show(held, follow, as_json=as_json)
        raise SystemExit(_NOT_ALL)
    if is_meant:
        begin_held(routes, follow, (), None, as_json=as_json)
        return
    _show(held, follow, as_json=as_json)
    if as_json or not sys.stdin.isatty():
        if not as_json:
            print_line(f"Nothing is fetched yet: `ohdio follows {follow.id} --confirm` has it begin.")
    elif typer.confirm(f"Take {books(held.counts.get('found', 0))} from the folder, and fetch {_missing(follow)}?"):
        begin_held(routes, follow, (), None, as_json=as_json)


def show_held(routes: FollowRoutes, follow: FollowView, *, as_json: bool) -> None:
    """Show what of a held follow is had."""
    _show(routes.held(follow.id), follow, as_json=as_json)


def begin_held(
    routes: FollowRoutes, follow: FollowView, had: Sequence[int], take: str | None, *, as_json: bool
) -> None:
    """Confirm that a held follow is to begin.

    Args:
        had: The numbers of unsure ones that are had.
        take: What of the missing is fetched, as it is typed; None for what was ordered.
    """
    from ohdio_core.schemas.held_follows import HeldConfirmation

    order = {"had": list(had), **({} if take is None else {"take": _taken(take)})}
    begun = routes.confirm(follow.id, HeldConfirmation.model_validate(order))
    if as_json:
        print_json(begun)
    else:
        print_line(follow_line(begun))


def _taken(text: str) -> str | int | date:
    """Return what is taken of the missing, as the API takes it.

    Raises:
        BadArgument: It is nothing of that.
    """
    if text in {"everything", "new"}:
        return text
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= 1000:
        return int(text)
    with suppress(ValueError):
        return date.fromisoformat(text)
    raise BadArgument(
        sentence(
            "held.take", "--take is everything, new, a number of the newest, 1 to 1,000, or a day, as in 2026-01-31."
        )
    )


def _when_compared(routes: FollowRoutes, follow: FollowView) -> HeldView:
    """Return what is had once that is known, or cannot be."""
    while True:
        held = routes.held(follow.id)
        if held.step in {"ready", "no_folder"} or held.error is not None:
            return held
        time.sleep(_LOOKS_EVERY)


def _show(held: HeldView, follow: FollowView, *, as_json: bool) -> None:
    if as_json:
        print_json(held)
        return
    if held.error is not None:
        print_error(translated_text(held.error, held.error_message))
    if held.step in _DOING and held.error is not None:
        print_line(
            f"{name_of_follow(follow)}: it is tried again by itself, and by `ohdio follows {follow.id} --check`."
        )
    elif held.step in _DOING:
        print_line(f"{name_of_follow(follow)}: {_DOING[held.step]}.")
    else:
        print_line(*_lines(held, follow))


def _lines(held: HeldView, follow: FollowView) -> Iterator[str]:
    counts = held.counts
    if have := counts.get("have"):
        yield f"{books(have)} in the library already."
    if found := counts.get("found"):
        yield f"{books(found)} in the folder:"
        yield from _listed(held, "found")
    if unsure := counts.get("unsure"):
        yield f"{books(unsure)} unsure; `ohdio follows {follow.id} --confirm --had NUMBER` takes one for the book:"
        yield from _listed(held, "unsure")
    if missing := counts.get("missing"):
        yield f"{books(missing)} missing, of which is fetched {_missing(follow)}:"
        yield from _listed(held, "missing")
    if held.others:
        yield f"{books(held.others)} in the folder that it does not list."


def _listed(held: HeldView, state: str) -> Iterator[str]:
    some = [_line(book) for book in held.items if book.state == state]
    yield from some
    if more := held.counts[state] - len(some):
        yield f"  and {more} more"


def _missing(follow: FollowView) -> str:
    """Return what of the missing a follow fetches."""
    if isinstance(follow.take, int):
        return f"what is missing of the newest {follow.take}"
    if isinstance(follow.take, date):
        return f"what is missing from {follow.take} on"
    return "all that is missing" if follow.take == "everything" else "only what appears from now on"


def _line(book: HeldBookView) -> str:
    number = f"{book.found_id}  " if book.state == "unsure" else ""
    lasts = "" if book.seconds is None else f", {length(book.seconds)}"
    place = "" if book.place is None else f" ({book.place})"
    return with_reason(f"  {number}{book.title}{lasts}{place}", sentence_of(book.reason, book.message))
