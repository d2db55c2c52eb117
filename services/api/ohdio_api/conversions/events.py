"""What watchers are told of conversions."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_api.conversions.service import ConversionService
from ohdio_api.events.projection import Projection, Rows, Value
from ohdio_core.collection.conversions import CONVERSION_PROGRESS, CONVERSIONS
from ohdio_core.schemas.conversions import ConversionFrame, ConversionView

_PROGRESS_INTERVAL = 1.0  #: seconds: as often as whoever encodes says how far it is


def conversion_events(conversions: ConversionService) -> Sequence[Projection]:
    """Return what is told when conversions change, and how far they are."""
    return (
        Rows(
            "conversion",
            ConversionView,
            CONVERSIONS,
            conversions.conversions,
            is_of_managers=True,
            interrupted=conversions.interrupted,
        ),
        Value(
            "conversion_progress",
            ConversionFrame,
            conversions.frame,
            frozenset({CONVERSION_PROGRESS}),
            interval=_PROGRESS_INTERVAL,
            is_of_managers=True,
        ),
    )
