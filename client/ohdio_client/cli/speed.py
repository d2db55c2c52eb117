"""Speeds on the command line."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_core.sentences import sentence

ANY = 0  #: no limit
_MOST = 10**9  # kilobytes a second, what the API takes
_SPEED = re.compile(r"(\d{1,10}(?:[.,]\d{1,3})?)\s*([kmg]?)(?:b|o)?(?:/s)?", re.IGNORECASE)
_KILOBYTES = {"": 1, "k": 1, "m": 1_000, "g": 1_000_000}


def speed(text: str | int) -> int:
    """Read a speed, in kilobytes a second; ``ANY`` for none.

    Raises:
        BadArgument: It is none.
    """
    written = str(text).strip()
    if written.lower() in {"any", "none"}:
        return ANY
    if (found := _SPEED.fullmatch(written)) is not None:
        kilobytes = round(float(found[1].replace(",", ".")) * _KILOBYTES[found[2].lower()])
        if 1 <= kilobytes <= _MOST:
            return kilobytes
    raise BadArgument(
        sentence("argument.no_speed", "{text!r} is no speed. Write 500kB, 2.5MB (a second), or any.", text=written)
    )


def spoken(kilobytes: int | None) -> str:
    """Return a speed for people."""
    return f"{kilobytes:,} kB/s" if kilobytes else "as fast as they come"


Speed = Annotated[
    int | None,
    typer.Option(
        "--speed",
        metavar="SPEED",
        parser=speed,
        help="No faster than this each, a second: 500kB, 2.5MB (default: any).",
    ),
]
