"""What watchers are told of verifying the library."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_api.events.projection import Projection, Value
from ohdio_api.verification.service import VerificationService
from ohdio_core.collection.verification import FAULTS, VERIFICATION
from ohdio_core.schemas.verification import FaultyBooks, VerificationState

_INTERVAL = 1.0


def verification_events(verifying: VerificationService) -> Sequence[Projection]:
    """Return what is told while files are compared, and when any are found lost or damaged, or are mended."""
    return (
        Value(
            "verification",
            VerificationState,
            verifying.state,
            frozenset({VERIFICATION}),
            interval=_INTERVAL,
            is_looked_at=True,
            is_of_managers=True,
        ),
        Value("faults", FaultyBooks, verifying.faulty, frozenset({FAULTS}), interval=_INTERVAL, is_of_managers=True),
    )
