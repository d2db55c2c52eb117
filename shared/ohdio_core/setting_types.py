"""What settings are made of: durations, masks, and marks of those that may be changed while ohdio runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, PlainValidator

from ohdio_core.expectations import Shape, UnexpectedValue
from ohdio_core.name_template import NameTemplate, parse_names, parse_show_names
from ohdio_core.sentences import Sentence, sentence


@dataclass(frozen=True, slots=True)
class WhileRunning:
    """Marks a setting that may be changed while ohdio runs; whoever reads it does so when it is used."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a setting is counted in."""

    symbol: str  #: "s", "MiB"


LIVE = WhileRunning()
#: A regular expression of a time of the day, as settings have it: 7:30, 23:00.
TIME_OF_DAY = r"([01]?\d|2[0-3]):[0-5]\d"


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


def _zone(value: object) -> object:
    """Read a time zone as the C library does: by the name of its rules, their file, or the rules themselves (POSIX)."""
    if isinstance(value, str) and value and _OFFSETS.fullmatch(value) is None:
        name = value.removeprefix(":")
        if _FILES.fullmatch(name) is not None and Path(name).is_file():
            return value
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # the last for the name of a folder
            raise UnexpectedValue(
                sentence(
                    "expected.time_zone", "The name of a time zone is expected, for instance America/Montreal or UTC."
                )
            ) from None
    return value


def _names(value: object) -> NameTemplate:
    """Read a template of names, as it is written."""
    return value if isinstance(value, NameTemplate) else parse_names(str(value))


def _show_names(value: object) -> NameTemplate:
    """Read a template of the names of episodes, as it is written."""
    return value if isinstance(value, NameTemplate) else parse_show_names(str(value))


#: "CET-1CEST,M3.5.0,M10.5.0" (POSIX.1-2017 section 8.3).
_OFFSETS = re.compile(r"(?:[A-Za-z]{3,10}|<[A-Za-z0-9+-]{3,10}>)[+-]?\d{1,2}[A-Za-z0-9:,.+/<>-]{0,60}")
#: Where systems keep the rules of time zones.
_FILES = re.compile(r"/etc/localtime|/usr/share/zoneinfo/[A-Za-z0-9_+/-]+")


def shaped(pattern: str, said: Sentence) -> AfterValidator:
    """Return a validator of a text that has to match a pattern as a whole, by the sentence that says what it is."""
    return AfterValidator(Shape(re.compile(pattern), said))


DatabaseAddress = Annotated[
    str,
    shaped(
        r"(?s)postgres(ql)?(\+psycopg)?://.*",
        sentence(
            "expected.database",
            "The address of a PostgreSQL is expected, for instance {example}.",
            example="postgresql://user:password@host:5432/ohdio",
        ),
    ),
]
BrokerAddress = Annotated[
    str,
    shaped(
        r"(?s)amqps?://.*",
        sentence(
            "expected.broker",
            "The address of a RabbitMQ is expected, for instance {example}.",
            example="amqp://user:password@host:5672/",
        ),
    ),
]
Duration = Annotated[timedelta, BeforeValidator(_seconds), PlainSerializer(timedelta.total_seconds), Unit("s")]
Mask = Annotated[int, BeforeValidator(_octal), PlainSerializer("{:03o}".format)]
Names = Annotated[NameTemplate, PlainValidator(_names), PlainSerializer(str)]
ShowNames = Annotated[NameTemplate, PlainValidator(_show_names), PlainSerializer(str)]
TimeZone = Annotated[str, BeforeValidator(_zone)]
Seconds = Annotated[Duration, Field(gt=timedelta(0))]
