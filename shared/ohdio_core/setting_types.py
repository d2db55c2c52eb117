"""What settings are made of: durations, masks, and marks of those that may be changed while ohdio runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer

from ohdio_core.expectations import UnexpectedValue
from ohdio_core.sentences import sentence


@dataclass(frozen=True, slots=True)
class WhileRunning:
    """Marks a setting that may be changed while ohdio runs; whoever reads it does so when it is used."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a setting is counted in."""

    symbol: str  #: "s", "MiB"


LIVE = WhileRunning()


def _seconds(value: object) -> object:
    """Read a number of seconds; pydantic by itself would expect ISO 8601."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            said = sentence("expected.seconds", "A number of seconds is expected.")
            raise UnexpectedValue(said) from None
    return value


def _octal(value: object) -> object:
    """Read a mask of rights as shells write it; ``int`` by itself would expect decimal digits."""
    if isinstance(value, str):
        if re.fullmatch(r"0*[0-7]{1,3}", value) is None:
            raise UnexpectedValue(
                sentence("expected.octal", "Up to three octal digits are expected, for instance 002.")
            )
        return int(value, 8)
    return value


Duration = Annotated[timedelta, BeforeValidator(_seconds), PlainSerializer(timedelta.total_seconds), Unit("s")]
Mask = Annotated[int, BeforeValidator(_octal), PlainSerializer("{:03o}".format)]
Seconds = Annotated[Duration, Field(gt=timedelta(0))]
