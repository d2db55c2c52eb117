"""``ohdio notify``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.choice import one_of
from ohdio_client.cli.connection import connected
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_error, print_json, print_line
from ohdio_client.cli.table import print_table
from ohdio_client.language import in_one_language, sentence_of, with_reason
from ohdio_core.sentences import alternatives, sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_core.schemas.telling import ChannelView

_INPUT = "-"


class _NotifyVerb(StrEnum):
    ADD = "add"
    TEST = "test"
    RETRY = "retry"
    REMOVE = "remove"


def notify(
    verb: Annotated[
        _NotifyVerb | None,
        typer.Argument(
            metavar="add|test|retry|remove",
            parser=one_of(_NotifyVerb),
            autocompletion=lambda: [*_NotifyVerb],
            help="Tell somebody; test, try again or end it.",
        ),
    ] = None,
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KIND ADDRESS|NUMBER",
            help="To add: apprise, webhook, audiobookshelf, jellyfin or plex, and an address (- reads it from the "
            "input); else a number that `ohdio notify` shows.",
        ),
    ] = None,
    *,
    token: Annotated[
        str | None, typer.Option("--token", metavar="TOKEN", envvar="OHDIO_PLAYER_TOKEN", help="Of a player.")
    ] = None,
    event: Annotated[
        list[str] | None,
        typer.Option("--event", metavar="EVENT", help="Of what: completed, failed, needs_person (default: all)."),
    ] = None,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show who is told when a book is complete, has failed or needs a person; add somebody, test, retry or remove."""
    words = what or []
    if (verb is None and words) or (verb is not None and len(words) != (2 if verb is _NotifyVerb.ADD else 1)):
        raise BadArgument(
            sentence(
                "notify.what",
                "`ohdio notify add KIND ADDRESS` adds somebody; test, retry and remove take a number that `ohdio "
                "notify` shows.",
            )
        )
    with connected(api, data) as client:
        if verb is None:
            _list(client.channels.every(), as_json=as_json)
        elif verb is _NotifyVerb.ADD:
            _add(client, words, token, event, as_json=as_json)
        else:
            _order(client, verb, _number(words[0]), as_json=as_json)


def _add(client: Client, words: Sequence[str], token: str | None, events: list[str] | None, *, as_json: bool) -> None:
    kind, address = words
    order: dict[str, object] = {"kind": kind, "address": _read() if address == _INPUT else address}
    if token is not None:
        order["token"] = token
    if events:
        order["events"] = events
    made = client.channels.add(order)
    if as_json:
        print_json(made)
        return
    print_line(
        f"{made.id}: {made.kind.value} {made.address} is told from now on; `ohdio notify test {made.id}` tries it."
    )
    if made.secret is not None:
        print_line(made.secret, "Its requests are signed with this. It is shown this once.")


def _order(client: Client, verb: _NotifyVerb, number: int, *, as_json: bool) -> None:
    if verb is _NotifyVerb.TEST:
        outcome = client.channels.test(number)
        if as_json:
            print_json(outcome)
        elif outcome.is_delivered:
            print_line(f"{number}: the test has arrived.")
        else:
            print_error(with_reason(str(number), sentence_of(outcome.error, outcome.error_message)))
        if not outcome.is_delivered:
            raise SystemExit(1)
    elif verb is _NotifyVerb.RETRY:
        retried = client.channels.retry(number)
        if as_json:
            print_json(retried)
        else:
            print_line(f"{number}: {retried.messages} messages are tried again now.")
    else:
        client.channels.remove(number)
        if as_json:
            print_json({"removed": number})
        else:
            print_line(f"{number}: told no more.")


def _list(every: Sequence[ChannelView], *, as_json: bool) -> None:
    if as_json:
        print_json({"items": every})
        return
    if not every:
        print_line("Nobody is told. `ohdio notify add apprise ADDRESS` tells somebody.")
        return
    rows = [
        (str(each.id), each.kind.value, each.address, ", ".join(event.value for event in each.events), _state(each))
        for each in every
    ]
    print_table(("", "how", "where", "of what", "state"), rows)


def _state(channel: ChannelView) -> str:
    waiting = sentence("channel.waiting", "{count} on their way", count=channel.waiting) if channel.waiting else None
    given_up = sentence("channel.given_up", "{count} given up", count=channel.given_up) if channel.given_up else None
    error = sentence_of(channel.error, channel.error_message)
    said = [each for each in (waiting, given_up, error) if each is not None]
    return in_one_language(alternatives(*said) if said else sentence("channel.well", "well"))


def _number(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) < 16):
        raise BadArgument(sentence("notify.number", "{word} is no number that `ohdio notify` shows.", word=word))
    return int(word)


def _read() -> str:
    return sys.stdin.readline().strip()
