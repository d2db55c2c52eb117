"""Options that bound what a follow adds, and say how often it is checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, TypeVar

import typer

from ohdio_client.cli.number import number_between
from ohdio_client.cli.whole_number import between, up_to

ANY = 0  #: no bound
Number = TypeVar("Number", int, float)

# What the API takes.
_MOST_BOOKS = 1000
_LEAST_GIGABYTES = 0.001
_MOST_GIGABYTES = 1_000_000
_MOST_HOURS = 720
_MOST_PRIORITY = 100


def _or_any(read: Callable[[str | int], Number]) -> Callable[[str | int], Number | int]:
    """Return a reader that takes "any", too, for ``ANY``."""

    def read_or_any(text: str | int) -> Number | int:
        return ANY if str(text).strip().lower() in {"any", "none"} else read(text)

    return read_or_any


AtMost = Annotated[
    int | None,
    typer.Option(
        "--at-most",
        metavar="N",
        parser=_or_any(up_to(_MOST_BOOKS)),
        help="N books at each check; the rest at later ones (default: any).",
    ),
]
Cap = Annotated[
    float | None,
    typer.Option(
        "--cap",
        metavar="GB",
        parser=_or_any(number_between(_LEAST_GIGABYTES, _MOST_GIGABYTES)),
        help="Add nothing more once its books have so many GB of audio together (default: any).",
    ),
]
Every = Annotated[
    float | None,
    typer.Option(
        "--every",
        metavar="HOURS",
        parser=_or_any(number_between(1, _MOST_HOURS)),
        help="Check it every so many hours; less often where its feed asks for that (default: as the settings say).",
    ),
]
Priority = Annotated[
    int | None,
    typer.Option(
        "--priority", metavar="N", parser=between(0, _MOST_PRIORITY), help="0 to 100; the higher start first."
    ),
]


def bounded(at_most: int | None, cap: float | None, every: float | None, priority: int | None) -> Mapping[str, object]:
    """Return how a follow is bounded, as the API takes it; nothing where nothing is said of it."""
    said: dict[str, object] = {}
    if at_most is not None:
        said["most_per_check"] = at_most or None
    if cap is not None:
        said["most_gigabytes"] = float(cap) if cap else None
    if every is not None:
        said["check_every_hours"] = float(every) if every else None
    if priority is not None:
        said["priority"] = priority
    return said
