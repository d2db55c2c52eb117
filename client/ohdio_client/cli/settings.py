"""``ohdio settings``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.choice import one_of
from ohdio_client.cli.connection import connected
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_json, print_line, terminal_width
from ohdio_client.cli.table import print_table
from ohdio_core.sentences import sentence
from ohdio_core.setting_topics import SETTING_NAMES

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_core.schemas.settings import SettingValue, SettingView


#: Characters of a value that a table shows: more push what stands beside it out of sight, fewer say nothing.
_LONGEST, _SHORTEST = 60, 8
_BETWEEN = 2  #: blanks, between two columns


class _Order(StrEnum):
    SET = "set"
    RESET = "reset"


def settings(
    order: Annotated[
        _Order | None,
        typer.Argument(
            metavar="set|reset",
            parser=one_of(_Order),
            autocompletion=lambda: [*_Order],
            help="Change a setting, or return it to its default.",
        ),
    ] = None,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The setting, or its variable.")] = None,
    value: Annotated[
        str | None, typer.Argument(metavar="VALUE", help="Its new value, as the variable would have it.")
    ] = None,
    *,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show all settings and where their values come from, or change one; it holds at once, and for later starts."""
    if order is not None and name is None:
        raise BadArgument(
            sentence("settings.which", "Which setting? `ohdio settings {order} NAME` names it.", order=order.value)
        )
    if (order is _Order.SET) != (value is not None):
        raise BadArgument(
            sentence("settings.no_value", "A value is given with `ohdio settings set NAME VALUE`, and only there.")
        )
    with connected(api, data) as client:
        if order is None or name is None:
            _show(client.settings.every(), as_json=as_json)
            return
        called = _name_of(client, name)
        view = client.settings.reset(called) if value is None else client.settings.change(called, value)
    if as_json:
        print_json(view)
    else:
        print_line(f"{view.name}: {_shown(view)}{', its default' if view.source == 'default' else ''}.")


def _name_of(client: Client, given: str) -> str:
    """Return the name of the setting that has a variable, or this very name."""
    return next((each.name for each in client.settings.every() if each.variable == given), given)


def _show(every: Sequence[SettingView], *, as_json: bool) -> None:
    if as_json:
        print_json({"items": every})
        return
    topics = _by_topic(every)
    is_cut = False
    for title, settings_of_it in topics.items():
        rows = [(each.name, _shown(each), each.source.value, each.variable) for each in settings_of_it]
        headings = (title, "value", "from", "variable")
        room = _room([headings, *rows])
        print_table(headings, [(name, _cut(value, room), *others) for name, value, *others in rows])
        print_line("")
        is_cut |= any(len(value) > room for _, value, *_ in rows)
    changeable = ", ".join(each.name for topic in topics.values() for each in topic if each.is_changeable)
    if changeable:
        print_line(f"`ohdio settings set NAME VALUE` changes these while ohdio runs: {changeable}.")
    print_line("`ohdio limit N` changes how many books download at once.")
    if is_cut:
        print_line("`ohdio settings --json` has the values whole that are cut here.")


def _by_topic(every: Sequence[SettingView]) -> Mapping[str, Sequence[SettingView]]:
    """Return the settings by what they are about, in the order of their page; those of a later version come last."""
    left = {each.name: each for each in every}
    topics: dict[str, list[SettingView]] = {}
    for topic, names in SETTING_NAMES.items():
        topics[topic.value] = [left.pop(name) for name in names if name in left]
    topics["Others"] = list(left.values())
    return {title: there for title, there in topics.items() if there}


def _room(rows: Sequence[Sequence[str]]) -> int:
    """Return how long a value may be, such that each setting has one line of a terminal; elsewhere it is whole."""
    width = terminal_width(sys.stdout)
    if width is None:
        return sys.maxsize
    others = [max(len(row[column]) for row in rows) for column in (0, 2, 3)]
    return min(_LONGEST, max(_SHORTEST, width - sum(others) - _BETWEEN * len(others)))


def _cut(value: str, room: int) -> str:
    return value if len(value) <= room else f"{value[: room - 1]}…"


def _shown(view: SettingView) -> str:
    """Return a value with its unit; of a secret only whether there is one."""
    if view.is_secret:
        return "(secret)" if view.source != "default" else "-"
    text = _text(view.value)
    return text if view.unit is None or view.value is None else f"{text} {view.unit}"


def _text(value: SettingValue) -> str:
    match value:
        case None | "":
            return "-"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.15g}"
        case dict():
            return ",".join(f"{name}={each}" for name, each in value.items()) or "-"
        case _:
            return str(value)
